"""The numbers: arrays in, :class:`~cxresearch.stats.estimate.Estimate` out.

Nothing here knows a survey, a language or a picture, and nothing is rounded.
Missing values are refused: the caller decides how to drop them.  Only the psychometrics of several
items (reliability, factors, ``cfa``) leave incomplete respondents out themselves, and say how many.
"""
