"""Questionnaires for the platforms people field on, each with what it loses and how its answers come home."""
