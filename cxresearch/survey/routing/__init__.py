"""How respondents are led through a form: answers that matter, steps, independent parts, time."""
