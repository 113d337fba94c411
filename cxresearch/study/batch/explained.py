"""Explanations of problems; they stand in :mod:`cxresearch.study.explained`."""

from cxresearch.study.explained import explained, in_own_language, publishing, record

__all__ = ["explained", "in_own_language", "publishing", "record"]
