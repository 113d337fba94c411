"""Instruments of other platforms, read as surveys; what was not understood is told, never dropped."""
