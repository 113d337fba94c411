"""The study: a YAML file that lists questions, and the report that answers them.

The runner knows notebooks and never statistics: what a notebook shows it collects, renders and records.
Read a study with :mod:`~cxresearch.study.load`, run it with :mod:`~cxresearch.study.run`, compare a report
with its record with :mod:`~cxresearch.study.verify`, start a new one with :mod:`~cxresearch.study.new`.
"""
