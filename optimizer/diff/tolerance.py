"""When two figures count as equal."""

NOISE = 1e-6
"""Share of a figure, or of its scale, below which a difference is numerical noise."""


def alike(a: float | None, b: float | None, scale: float | None = None) -> bool:
    """Whether two figures are equal but for numerical noise, relative to a scale or themselves."""
    if a is None or b is None:
        return a == b
    return abs(a - b) <= NOISE * max(max(abs(a), abs(b)) if scale is None else scale, 1.0)
