"""XLSForm, for ODK, Kobo and others."""
