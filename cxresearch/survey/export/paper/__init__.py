"""Questionnaires to print: one content, drawn as Word and as PDF."""
