"""Colours that people with colour blindness tell apart, on a light and on a dark page.

Paul Tol, Colour Schemes, SRON/EPS/TN/09-002, the "bright" scheme.
"""

BLUE, RED, GREEN, YELLOW, CYAN, PURPLE, GREY = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#999999",
)

OF_KIND = {"device": YELLOW, "edge": GREEN, "cloud": BLUE, "offgrid": PURPLE}
"""Kinds of site, in the order in which they are stacked."""

INK = "#010203"
"""Stands for the ink of the page, which the style sheet puts in its place: the colour of limits."""

FULL, ROOM = RED, BLUE
REST, INTERVENTION = BLUE, YELLOW
UP, DOWN = PURPLE, GREEN
SERIES = (CYAN, YELLOW, GREEN, BLUE, PURPLE, GREY)
