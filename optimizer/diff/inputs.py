"""What differs between two instances, field by field, under the paths that ``--set`` takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.load.field_types import TABLES
from optimizer.schema.instance import Instance
from optimizer.schema.references import key_of

LONG = 12
"""Values of a list from which on it is compared value by value."""

CHANGED, ONLY_A, ONLY_B = "changed", "only in a", "only in b"


@dataclass(frozen=True)
class Difference:
    """One field, or one record, that is not the same.

    Attributes
    ----------
    path : str
        As ``--set`` takes it: records by id, elements of lists by number from 0.
    a, b : object
        Values of plain JSON; None where there is none.
    how : str
        `CHANGED`, or on which side alone the record, year or element is.
    list : str
        Path of the long list that it is an element of; empty where it is of none.
    """

    path: str
    a: Any
    b: Any
    how: str = CHANGED
    list: str = ""


def differences(a: Instance, b: Instance) -> tuple[Difference, ...]:
    """Compare two instances; the order of records does not count."""
    one, other = (_plain(side) for side in (a, b))
    return tuple(_of_mappings("", one, other))


def reordered(a: Instance, b: Instance) -> tuple[str, ...]:
    """Tables that hold the same records in another order."""
    one, other = _plain(a), _plain(b)
    return tuple(
        table
        for table in TABLES
        if one[table].keys() == other[table].keys() and [*one[table]] != [*other[table]]
    )


def _plain(instance: Instance) -> dict[str, Any]:
    """Plain values, records of tables by their key."""
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
        yield from _of_lists(path, a, b, long)
    elif a != b:
        yield Difference(path, a, b, list=of)


def _of_mappings(path: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*a, *b]):
        where = f"{path}.{key}" if path else str(key)
        if key not in b:
            yield Difference(where, a[key], None, ONLY_A)
        elif key not in a:
            yield Difference(where, None, b[key], ONLY_B)
        else:
            yield from _of_values(where, a[key], b[key])


def _of_lists(path: str, a: Sequence[Any], b: Sequence[Any], of: str) -> Iterator[Difference]:
    for n in range(max(len(a), len(b))):
        where = f"{path}.{n}"
        if n >= len(b):
            yield Difference(where, a[n], None, ONLY_A, of)
        elif n >= len(a):
            yield Difference(where, None, b[n], ONLY_B, of)
        else:
            yield from _of_values(where, a[n], b[n], of)


def _by_element(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether lists are told by element: records always, values where they are many, and as many.

    Of two profiles of a day and of a year no hour is the other's.
    """
    if any(isinstance(one, Mapping) for one in (*a, *b)):
        return True
    return len(a) == len(b) >= LONG
