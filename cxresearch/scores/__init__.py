"""From items to constructs."""
