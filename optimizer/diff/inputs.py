"""What differs between two instances, field by field, under the paths that ``--set`` takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.load.field_types import TABLES
from optimizer.schema.instance import Instance
from optimizer.schema.references import key_of

LONG = 12
"""Length from which lists of values are compared value by value."""

CHANGED, ONLY_A, ONLY_B = "changed", "only in a", "only in b"


@dataclass(frozen=True)
class Difference:
    """A field, or a record, that differs.

    Attributes
    ----------
    path : str
        As ``--set`` takes it: records by id, elements of lists by number from 0.
    a, b : object
        Values as plain JSON; None on a side without it.
    how : str
        `CHANGED`, or the only side that has the record, year or element.
    list : str
        Path of the long list that it is an element of; empty if it is of none.
    """

    path: str
    a: Any
    b: Any
    how: str = CHANGED
    list: str = ""


def differences(a: Instance, b: Instance) -> tuple[Difference, ...]:
    """Return what differs between two instances, regardless of the order of records."""
    return tuple(_of_mappings("", _plain(a), _plain(b)))


def reordered(a: Instance, b: Instance) -> tuple[str, ...]:
    """Return the tables that hold the same records in another order."""
    first, second = _plain(a), _plain(b)
    return tuple(
        table
        for table in TABLES
        if first[table].keys() == second[table].keys() and [*first[table]] != [*second[table]]
    )


def _plain(instance: Instance) -> dict[str, Any]:
    """Return plain values, with the records of tables by their key."""
    data = instance.model_dump(mode="json", by_alias=True)
    for table in TABLES:
        data[table] = {
            key_of(table, row) or str(position): row for position, row in enumerate(data[table])
        }
    return data


def _of_values(path: str, a: Any, b: Any, of: str = "") -> Iterator[Difference]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        yield from _of_mappings(path, a, b)
    elif isinstance(a, list) and isinstance(b, list) and _by_element(a, b):
        long = path if max(len(a), len(b)) >= LONG else of
        first, second = ({str(n): value for n, value in enumerate(side)} for side in (a, b))
        yield from _of_mappings(path, first, second, long)
    elif a != b:
        yield Difference(path, a, b, list=of)


def _of_mappings(
    path: str, a: Mapping[str, Any], b: Mapping[str, Any], of: str = ""
) -> Iterator[Difference]:
    for key in dict.fromkeys([*a, *b]):
        where = f"{path}.{key}" if path else str(key)
        if key not in b:
            yield Difference(where, a[key], None, ONLY_A, of)
        elif key not in a:
            yield Difference(where, None, b[key], ONLY_B, of)
        else:
            yield from _of_values(where, a[key], b[key], of)


def _by_element(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether lists are compared by element: records always, values if equally many and many.

    The hours of profiles of a day and of a year do not correspond.
    """
    if any(isinstance(element, Mapping) for element in (*a, *b)):
        return True
    return len(a) == len(b) >= LONG
