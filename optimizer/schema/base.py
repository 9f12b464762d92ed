"""Base of every record of an instance: frozen, without unknown keys, with values by year."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

EVERY_YEAR = 0
"""Key of a yearly path with one value for all years."""

Number = TypeVar("Number")


class Record(BaseModel):
    """A frozen record that refuses unknown keys, NaN and infinity."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


def _as_path(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {EVERY_YEAR: value}


def _from_path(path: dict[int, Any]) -> Any:
    """Sort the years, so that equal paths are written and hashed alike."""
    return path[EVERY_YEAR] if set(path) == {EVERY_YEAR} else dict(sorted(path.items()))


Yearly = Annotated[
    dict[int, Number],
    Field(min_length=1),
    BeforeValidator(_as_path),
    PlainSerializer(_from_path),
]
"""A number that may change by year: one value, or a mapping from year to value.

Values are interpolated linearly between the given years and constant outside them (see
`at_year`).
"""

LONGEST_ID = 64
"""Characters of an id, which also names files and columns."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+-]*$", max_length=LONGEST_ID)]
"""Letters, digits, ``_``, ``+`` and ``-``: ids appear between the dots of a ``--set`` path."""

OwnId = Annotated[
    Identifier, Field(description="Name in other tables, in results and in --set paths")
]
"""Id of the record itself."""

DisplayName = Annotated[str, Field(description="Display name; not used in calculations")]


def every_year(value: float) -> dict[int, float]:
    """Return a yearly path with one value."""
    return {EVERY_YEAR: value}


def default(value: Any, description: str) -> Any:
    """Return an optional field with its default and meaning."""
    return Field(value, description=description)


def by_year(value: float, description: str) -> Any:
    """Return a field for a yearly path with one value as its default."""
    return Field(default_factory=lambda: every_year(value), description=description)


def at_year(path: Mapping[int, float], year: int) -> float:
    """Return the value of a yearly path in a year: linear between given years, flat outside."""
    if EVERY_YEAR in path:
        return path[EVERY_YEAR]
    if year in path:
        return path[year]
    before = [y for y in path if y < year]
    after = [y for y in path if y > year]
    if not before:
        return path[min(after)]
    if not after:
        return path[max(before)]
    y0, y1 = max(before), min(after)
    share = (year - y0) / (y1 - y0)
    return path[y0] + share * (path[y1] - path[y0])
