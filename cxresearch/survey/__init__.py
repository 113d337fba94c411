"""The instrument: what is asked, of whom, in which words."""
