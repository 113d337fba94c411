"""Fit to analyse? One check a file."""
