"""LimeSurvey's tab-separated format."""
