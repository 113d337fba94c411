"""Qualtrics' Advanced TXT."""
