"""DDI-Codebook."""
