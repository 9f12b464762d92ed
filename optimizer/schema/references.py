"""Ids are unique and every reference is met; how a place in an instance is named."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

REFERENCES: dict[tuple[str, str], str] = {
    ("classes", "profile"): "profiles",
    ("workloads", "region"): "regions",
    ("workloads", "class"): "classes",
    ("zones", "other_profile"): "profiles",
    ("zones", "price_profile"): "profiles",
    ("capacity_areas", "zones"): "zones",
    ("zone_caps", "zone"): "zones",
    ("contracts", "zone"): "zones",
    ("contracts", "site"): "sites",
    ("serving", "model"): "models",
    ("serving", "hardware"): "hardware",
    ("sites", "zone"): "zones",
    ("sites", "region"): "regions",
    ("pools", "site"): "sites",
    ("pools", "hardware"): "hardware",
    ("site_generators", "site"): "sites",
    ("site_generators", "generator"): "generators",
    ("site_generators", "availability_profile"): "profiles",
    ("training_runs", "site"): "sites",
    ("training_runs", "model"): "models",
    ("training_runs", "hardware"): "hardware",
    ("site_storage", "site"): "sites",
    ("site_storage", "storage"): "storage",
    ("links", "region"): "regions",
    ("links", "site"): "sites",
    ("interventions", "sites"): "sites",
    ("interventions", "models"): "models",
}
"""(table, field) that holds an id, or several, of a record in another table."""

KEYS: dict[str, tuple[str, ...]] = {
    "workloads": ("region", "class"),
    "pools": ("site", "hardware"),
    "site_generators": ("site", "generator"),
    "site_storage": ("site", "storage"),
    "links": ("region", "site"),
    "assumptions": ("path",),
}
"""Fields that together name a record, for tables without a field ``id``."""

Names = Mapping[str, Sequence[Mapping[str, Any]]]
"""Tables by name, each a list of records as mappings, field names as in files.

Only the fields that name a record or refer to another are read.  A table that could not be read
is absent: what refers to it is not judged.
"""

LISTED = 8
"""Ids that a message lists at most."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an instance: where, and what is allowed there."""

    location: tuple[str | int, ...]
    message: str
    value: Any = None
    first: int | None = None
    """Row of the record that has the same name, where two have."""

    def __str__(self) -> str:
        return self.message + ("" if self.first is None else f", first in row {self.first + 1}")


def nearest(value: str, allowed: Collection[str]) -> str | None:
    """The allowed word nearest to `value`, if one is near."""
    folded = {word.casefold(): word for word in allowed}
    close = get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def near_miss(value: str, allowed: Collection[str]) -> str:
    """Phrase that suggests the allowed word nearest to `value`, or nothing."""
    word = nearest(value, allowed)
    return f"; did you mean {word}?" if word is not None else ""


def unknown(value: str, allowed: Collection[str], where: str) -> str:
    """Message for an id that `where` does not have: the nearest one, or what it has."""
    return f"no such id in {where}{near_miss(value, allowed) or f'; {listing(allowed, where)}'}"


def listing(allowed: Collection[str], where: str) -> str:
    """Phrase that lists the first few ids of a table."""
    words = list(allowed)
    shown = ", ".join(words[:LISTED]) + (", ..." if len(words) > LISTED else "")
    return f"{where} has {shown or 'none'}"


def key_of(table: str, record: Mapping[str, Any]) -> str | None:
    """Name of a record within its table; null where a part of it is not given."""
    parts = [record.get(field) for field in KEYS.get(table, ("id",))]
    words = [part for part in parts if isinstance(part, str) and part]
    return "/".join(words) if len(words) == len(parts) else None


def address(location: Sequence[str | int], names: Names) -> str:
    """Dotted name of a place, records by their id, as ``--set`` takes it.

    A record whose id is not given is named by its row in the table, from 1.
    """
    words = [str(part) for part in location]
    if len(location) > 1 and isinstance(row := location[1], int) and location[0] in names:
        table = words[0]
        key = key_of(table, names[table][row])
        words[:2] = [f"{table}.{key}" if key else f"{table}[row {row + 1}]"]
    return ".".join(words)


def check_references(names: Names, unsure: Collection[str] = ()) -> Iterator[Fault]:
    """Yield every duplicate id and every reference that is not met.

    `unsure` are tables with ids that are faulty: what they lack may be one of those.
    """
    keys = {table: [key_of(table, record) for record in rows] for table, rows in names.items()}
    for table, named in keys.items():
        yield from _duplicates(table, named)
    known = {table: dict.fromkeys(filter(None, named)) for table, named in keys.items()}
    for (table, field), target in REFERENCES.items():
        if target not in known or target in unsure:
            continue
        for row, record in enumerate(names.get(table, ())):
            value = record.get(field)
            if isinstance(value, str):
                if value not in known[target]:
                    message = unknown(value, known[target], target)
                    yield Fault((table, row, field), message, value)
            elif isinstance(value, list | tuple):
                for index, one in enumerate(value):
                    if isinstance(one, str) and one not in known[target]:
                        message = unknown(one, known[target], target)
                        yield Fault((table, row, field, index), message, one)


def _duplicates(table: str, named: Sequence[str | None]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row, key in enumerate(named):
        if key is None:
            continue
        if first.setdefault(key, row) < row:
            yield Fault((table, row), "is given twice", first=first[key])
