"""The questionnaire as a respondent sees it: one HTML file that works offline, and its view in a notebook."""
