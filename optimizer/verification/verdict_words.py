"""The words of a verdict, from a displacement or a rebound and its interval."""

BANDS = (
    ("amplifies", -0.1),
    ("adds", 0.1),
    ("mostly adds", 0.4),
    ("mixed", 0.6),
    ("mostly substitutes", 0.9),
    ("substitutes", 1.1),
)
"""Bands of displacement from the lowest, with their upper ends; above the last it over-displaces.

A positive end belongs to the band below it, a negative one to the band above it.
"""

OVER = "over-displaces"
DECIMALS = 9
"""To which a displacement is rounded before it is named, as noise at an end must not decide."""


NOT_USED = "not used"


def words_of(displacement: float | None, low: float | None, high: float | None) -> str:
    """Return the words for a displacement (None if not used) with its interval."""
    if displacement is None:
        return NOT_USED
    if low is None or high is None:
        return "undetermined"
    first, last = _band(min(low, displacement)), _band(max(high, displacement))
    if last - first > 1:
        return "undetermined"
    return " to ".join(dict.fromkeys((name_of(first), name_of(last))))


def is_in_one_band(words: str, low: float | None, high: float | None) -> bool:
    """Whether an interval lies in the one band that words name."""
    if low is None or high is None:
        return False
    return words == name_of(_band(low)) == name_of(_band(high))


def rebound_words(value: float | None, low: float | None, high: float | None) -> str:
    """Return the words for a rebound (None without a saving) with its interval."""
    if value is None:
        return "no saving to take back"
    if low is None or high is None:
        return "undetermined"
    return " to ".join(dict.fromkeys((_rebound_kind(low), _rebound_kind(high))))


def name_of(band: int) -> str:
    """Return the name of a band, by its position from the lowest."""
    return BANDS[band][0] if band < len(BANDS) else OVER


def _band(displacement: float) -> int:
    value = round(displacement, DECIMALS)
    return sum(value > end or (value == end and end < 0) for _, end in BANDS)


def _rebound_kind(value: float) -> str:
    rounded = round(value, 3)
    if rounded < 0:
        return "saves more than it frees"
    return "partial rebound" if rounded <= 1 else "backfire"
