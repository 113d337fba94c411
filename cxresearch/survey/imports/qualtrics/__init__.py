"""Qualtrics files as surveys."""
