"""Personas: groups of people, with the proof that they are there, or the answer that they are not."""
