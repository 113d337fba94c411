"""One report per branch, department, country or wave.

=============  ==========================================================================
file           what it does
=============  ==========================================================================
faults         what can be wrong with the ``batch:`` block of a study
options        what was asked for
source         the files of a study by unit: which rows, how many respondents
units          the units, their names and folders
disclosure     which units can be reported, which are pooled or withheld
slices         the rows of one unit as files of its own
report         the study of one unit
audited        the tables are attacked; what could be computed back is withheld
keys, cache    what a finished section was made from, and where it is kept
durable        files that are there whole or not at all
state          the work folder beside the study: lock, options, what was published
work           what the processes do: execute a section, publish a report
scheduler      who does what next; what failed, died, hung
journal        ``batch.jsonl``; progress: what a terminal shows
figures        the headline figure with its interval, as a small picture
pages, record  the shared index page; manifest and list of failures
verify         is a batch as it was made?
run            all of it
=============  ==========================================================================
"""
