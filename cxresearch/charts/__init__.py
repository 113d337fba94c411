"""The pictures: a plain frame and ready labels in, Axes out.

A chart knows no survey, no result and no language: every text, and every
function that writes a number, is passed in by the caller.  One chart a file:

====================  =====================================================
``theme``             start here: new figures, titles, colours, SVG and PNG
``likert``            shares of answer categories, diverging around zero
``interval``          a value with its interval per row, also per group
``gap``               two values per row, and their difference beside them
``distribution``      shares of one question's values; ``histogram`` for measures

``layout`` ``rows``   common ground: room on the paper, stacked rows, key lines
``axes`` ``marks``    ticks and axis labels; intervals and bands
``text`` ``metrics``  text made harmless, wrapped (``hyphens``) and measured
``palette``           colours, shapes, sizes
``columns``           checks of what is passed in (``shares`` for Likert)
``views`` ``bars``    parts of one chart: gap, Likert and (``bands``) distribution
``export``            the same bytes on every run
====================  =====================================================
"""
