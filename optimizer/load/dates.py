"""Read dates and times as the world writes them: a column of cells in every order that fits it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(_MONTHS)
_WEEKDAY = "mon|tue|wed|thu|fri|sat|sun"
_WORD = rf"(?P<word>(?:{_MONTH})[a-z]*)\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?"
)
_ZONE = r"(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)(?:\[[\w/+-]+\])?"
_DATES = (
    r"(?P<y>\d{4})(?P<sign>[-/.])(?P<m>\d{1,2})(?P=sign)(?P<d>\d{1,2})",
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<a>\d{1,2})(?P<sign>[-/.])(?P<b>\d{1,2})(?P=sign)(?P<c>\d{4}|\d{2})",
    rf"(?P<d>\d{{1,2}})[-/. ]*{_WORD}[-/., ]*{_YEAR}",
    rf"{_WORD} ?(?P<d>\d{{1,2}}),? {_YEAR}",
)
_FORMS = tuple(
    re.compile(
        rf"(?:(?:{_WEEKDAY})[a-z]*,? )?{form}(?:(?:t| ?: ?|[ _,]+){_CLOCK})?"
        rf"(?: ?{_ZONE})?",
        re.IGNORECASE,
    )
    for form in _DATES
)
_PACKED = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})?"
)
_ORDERED = re.compile(r"(?:[A-Za-z]+,? )?\d{1,2}[-/.]\d{1,2}[-/.]")
_FULL_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_LOOKS = re.compile(
    rf"\d{{4}}(?:[-/]\d{{1,2}}|\.\d{{1,2}}\.\d)|\d{{1,2}}(?P<sign>[-/.])\d{{1,2}}(?P=sign)\d{{2}}"
    rf"|\d{{1,2}}[-/]\d{{1,2}} +\d{{1,2}}:\d{{2}}"
    r"|(?:19|20)\d{2}[01]\d[0-3]\d(?:\D|\d{2}(?:\d{2})?$|$)"
    rf"|\d{{1,2}}[-/. ]?(?:{_MONTH})|(?:(?:{_WEEKDAY})[a-z]*,? )?(?:{_MONTH})[a-z]*[-/. ]?\d"
    rf"|(?:{_WEEKDAY})[a-z]*,? \d",
    re.IGNORECASE,
)

ORDERS = {"m/d/y": "bac", "d/m/y": "abc", "y/m/d": "cba"}
"""Orders of three numbers that do not start with a year of four digits, as places of day, month
and year."""

CENTURY = 2000
"""Added to a year of two digits."""


@dataclass(frozen=True)
class Moment:
    """A cell that was read: its time, and how it was written.

    Attributes
    ----------
    time : datetime
        With an offset from UTC if the cell has one.
    dated_only : bool
        Whether it is a date without a time of day.
    midnight_is_24 : bool
        Whether midnight is written as 24:00 of the day before.
    """

    time: datetime
    dated_only: bool = False
    midnight_is_24: bool = False


@lru_cache(maxsize=2**16)
def read_moment(cell: Any, order: str = "m/d/y") -> Moment | None:
    """Return the time that a cell holds; null if it is none.

    Parameters
    ----------
    cell : object
        Text, or a date or time of a workbook.
    order : str
        A key of `ORDERS`, for dates such as 1/2/2023.
    """
    if isinstance(cell, datetime):
        return Moment(_rounded(cell))
    if isinstance(cell, date):
        return Moment(datetime(cell.year, cell.month, cell.day), dated_only=True)
    if not isinstance(cell, str):
        return None
    text = " ".join(cell.split())
    if (_FULL_ISO.match(text) or not _LOOKS.match(text)) and (time := _iso(text)) is not None:
        return Moment(time)
    for form in (*_FORMS, _PACKED):
        if (match := form.fullmatch(text)) is not None:
            return _moment(match.groupdict(), order)
    return None


def possible_orders(cells: Iterable[Any]) -> list[str]:
    """Return the orders in which every date of a column exists; those with fewest faults if none.

    Dates that begin with a year of four digits, or name their month, are the same in any order.
    """
    cells = list(cells)
    if not any(isinstance(cell, str) and _ORDERED.match(cell) for cell in cells):
        return list(ORDERS)[:1]
    faults = {order: sum(read_moment(cell, order) is None for cell in cells) for order in ORDERS}
    return [order for order in ORDERS if faults[order] == min(faults.values())]


def looks_like_a_date(cell: Any) -> bool:
    """Whether a cell is a date, if perhaps one that does not exist or lacks its year."""
    if isinstance(cell, str):
        return _LOOKS.match(" ".join(cell.split())) is not None
    return isinstance(cell, date)


def time_of_day(cell: Any) -> int | None:
    """Return the hour of a cell such as 14, 14:00 or 02:00 PM; null if it is no full hour."""
    text = str(cell).removesuffix(".0") if not isinstance(cell, str) else cell.strip()
    if text.isdigit() and len(text) <= 2:
        return int(text)
    match = re.fullmatch(_CLOCK, text, re.IGNORECASE)
    if match is None or int(match["minute"] or 0) or int(match["second"] or 0):
        return None
    return _hour(match.groupdict())


def since_1899(days: float) -> datetime:
    """Return the time, to the minute, that a spreadsheet stores as days since 30 December 1899."""
    time = datetime(1899, 12, 30) + timedelta(days=days, seconds=30)
    return time.replace(second=0, microsecond=0)


def since_1970(seconds: float) -> datetime:
    """Return the time, in UTC, of seconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _iso(text: str) -> datetime | None:
    try:
        return _rounded(datetime.fromisoformat(text))
    except ValueError:
        return None


def _moment(parts: dict[str, str | None], order: str) -> Moment | None:
    def text(name: str) -> str:
        return parts.get(name) or ""

    if text("c"):
        places = ORDERS[order]
        if order == "y/m/d" and len(text("c")) == 4:
            return None
        day, month, year = (text(place) for place in places)
    else:
        day, year = text("d"), text("y") or text("year")
        word = text("word").lower()[:3]
        month = str(_MONTHS.index(word) + 1) if word else text("m")
    hour = _hour(parts) if text("hour") else 0
    minute, second = int(text("minute") or 0), int(text("second") or 0)
    if hour is None or max(minute, second) > 59:
        return None
    try:
        time = datetime(int(year) + (CENTURY if len(year) <= 2 else 0), int(month), int(day))
        part = float(f"0.{text('part') or 0}")
        time = _rounded(time + timedelta(hours=hour, minutes=minute, seconds=second + part))
        if zone := text("zone"):
            time = time.replace(tzinfo=_zone(zone))
    except (ValueError, OverflowError):
        return None
    return Moment(time, dated_only=not text("hour"), midnight_is_24=hour == 24)


def _hour(parts: dict[str, str | Any]) -> int | None:
    """Hour of the day, up to 24 for midnight at its end; null if there is no such hour."""
    hour, half = int(parts["hour"]), (parts.get("half") or "").lower()
    if half:
        return hour % 12 + (12 if half == "p" else 0) if hour <= 12 else None
    late = int(parts.get("minute") or 0) or int(parts.get("second") or 0)
    return hour if hour < 24 or (hour == 24 and not late) else None


def _zone(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _rounded(time: datetime) -> datetime:
    """To the second: spreadsheets store times with rounding errors."""
    return (time + timedelta(milliseconds=500)).replace(microsecond=0)
