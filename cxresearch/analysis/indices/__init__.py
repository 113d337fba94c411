"""The published indices of customer experience: NPS and top-box satisfaction."""
