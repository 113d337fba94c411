"""The pictures: a plain frame and ready labels in, Axes out.

A chart knows no survey, no result and no language: every text, and every
function that writes a number, is passed in by the caller.  One chart a file:

===================  ====================================================
``theme``            colours, shapes, new figures, titles, SVG and PNG
``likert``           shares of answer categories, diverging around zero
``interval``         a value with its interval per row, also per group
``gap``              two values per row, and their difference beside them
``distribution``     shares of one question's values, and a histogram
``layout`` ``text``  the common ground of the charts: room and wrapping
``columns``          checks of what is passed in
===================  ====================================================
"""
