"""What every record of an instance shares: frozen, no unknown keys, values by year."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

EVERY_YEAR = 0
"""Key of a yearly path that holds one value for every year."""

Number = TypeVar("Number")


class Record(BaseModel):
    """A frozen record that refuses unknown keys, NaN and infinity."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


def _as_path(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {EVERY_YEAR: value}


def _from_path(path: dict[int, Any]) -> Any:
    """Years in their order: what says the same is written, and digested, the same."""
    return path[EVERY_YEAR] if set(path) == {EVERY_YEAR} else dict(sorted(path.items()))


Yearly = Annotated[
    dict[int, Number],
    Field(min_length=1),
    BeforeValidator(_as_path),
    PlainSerializer(_from_path),
]
"""A number that may change by year: one value, or a mapping from year to value.

Years between two that are given are interpolated linearly; years outside keep the nearest given
value (see `at_year`).
"""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+-]*$", max_length=64)]
"""Letters, digits, ``_``, ``+`` and ``-``: ids stand between the dots of a ``--set`` path."""


OwnId = Annotated[
    Identifier, Field(description="Name in other tables, in results and in --set paths")
]
"""Id of the record itself."""

DisplayName = Annotated[str, Field(description="Name for people; nothing is computed from it")]


def every_year(value: float) -> dict[int, float]:
    """Yearly path with one value, for defaults."""
    return {EVERY_YEAR: value}


def at_year(path: Mapping[int, float], year: int) -> float:
    """Value of a yearly path in a year: linear between given years, flat outside them."""
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
