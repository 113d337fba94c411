"""The codebook: variables, values, constructs and scoring."""
