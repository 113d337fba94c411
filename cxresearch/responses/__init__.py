"""The answers: read onto a survey by name and wording."""
