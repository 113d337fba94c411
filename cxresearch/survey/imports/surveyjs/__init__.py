"""SurveyJS files as surveys."""
