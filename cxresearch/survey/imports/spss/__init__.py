"""SPSS files as surveys."""
