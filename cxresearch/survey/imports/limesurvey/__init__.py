"""LimeSurvey files as surveys."""
