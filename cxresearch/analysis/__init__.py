"""The questions: one file or folder each, one result class each."""
