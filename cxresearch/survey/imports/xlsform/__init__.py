"""XLSForm files as surveys."""
