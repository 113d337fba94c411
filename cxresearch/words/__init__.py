"""The language: sentences, numbers and cited cut-offs as data."""
