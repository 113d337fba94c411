"""The pictures: a plain frame and ready labels in, Axes out.

A chart knows no survey, no result and no language: every text, and every
function that writes a number, is passed in by the caller.  One chart a file:

=====================  =====================================================
``theme``              start here: new figures, titles, colours, SVG and PNG
``likert``             shares of answer categories, diverging around zero
``interval``           a value with its interval per row, also per group
``gap``                two values per row, and their difference beside them
``distribution``       shares of one question's values; ``histogram`` for measures
``heat``               a table of numbers in colour
``quadrant``           points on two axes that are cut into four named fields
``curve``              lines over a measured axis, or points over waves
``staircase``          ordered steps as levels, one series or two with their gap
``surface``            a value over two views of the same thing

``persona``            distances of one persona from the average of all
``comparison``         personas side by side, a column each
``selection``          criteria over the number of groups, and the chosen number
``null_distribution``  what data without groups would give, and what was observed
``alluvial``           how groups split from one number of groups to the next
``group_map``          people and the groups among them in two dimensions

``layout`` ``rows``    common ground: room on the paper, stacked rows, key lines
``axes`` ``marks``     ticks and axis labels; intervals and bands
``text`` ``metrics``   text made harmless, wrapped (``hyphens``) and measured
``palette`` ``ramp``   colours, shapes, sizes; colours without steps
``columns``            checks of what is passed in (``shares`` for Likert)
``placing`` ``lines``  names of points clear of each other, and at the ends of lines
``export``             the same bytes on every run
=====================  =====================================================

Parts of one chart: ``views`` (gap), ``bars`` (Likert), ``bands`` (distribution), ``cells`` (heat), ``fields``
(quadrant), ``steps`` (staircase), ``contours`` (surface), ``deviations`` (persona, comparison), ``criteria``
(selection), ``ribbons`` (alluvial), ``cloud`` (group_map).
"""
