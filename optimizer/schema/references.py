"""Check that ids are unique and references valid; name places in an instance; suggest names."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from optimizer.schema.base import LONGEST_ID

REFERENCES: dict[tuple[str, str], str] = {
    ("classes", "profile"): "profiles",
    ("workloads", "region"): "regions",
    ("workloads", "class"): "classes",
    ("zones", "other_profile"): "profiles",
    ("zones", "price_profile"): "profiles",
    ("zones", "hourly_price_usd_per_mwh"): "profiles",
    ("zones", "co2_profile"): "profiles",
    ("zones", "hourly_co2_kg_per_mwh"): "profiles",
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
"""Fields that together identify a record, for tables without a field ``id``."""

Names = Mapping[str, Sequence[Mapping[str, Any]]]
"""Tables by name, each a list of records as mappings, field names as in files.

Only fields that identify a record or refer to another are used.  A table that could not be read
is absent, and references to it are not checked.
"""

LISTED = 8
"""Most ids that a message lists."""


@dataclass(frozen=True)
class Fault:
    """A fault of an instance: where it is, and what is allowed there."""

    location: tuple[str | int, ...]
    message: str
    value: Any = None
    first: int | None = None
    """Row of the first record with the same name, for a duplicate."""

    hint: str = ""
    """What would do instead, for a duplicate."""

    def __str__(self) -> str:
        return self.message if self.first is None else self.repeated(f"row {self.first + 1}")

    def repeated(self, place: str) -> str:
        """Return the message for a duplicate of a record at a place."""
        return f"{self.message}, first in {place}{self.hint}"


def nearest(value: str, allowed: Collection[str]) -> str | None:
    """Return the allowed word closest to `value`, if one is close."""
    folded = {word.casefold(): word for word in allowed}
    close = get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def near_miss(value: str, allowed: Collection[str]) -> str:
    """Return a phrase that suggests the closest allowed word, or nothing."""
    word = nearest(value, allowed)
    return f"; did you mean {word}?" if word is not None else ""


def is_pattern(part: str) -> bool:
    """Whether a part of a path is a pattern, as in `fnmatch` (``*``, ``?``, ``[ab]``)."""
    return any(sign in part for sign in "*?[")


def near_pattern(pattern: str, allowed: Collection[str]) -> str:
    """Return a phrase that suggests the word, or part of a double id, closest to a pattern."""
    literal = "".join(sign for sign in pattern if sign not in "*?[]").strip("/")
    return near_miss(literal, dict.fromkeys(p for key in allowed for p in [key, *key.split("/")]))


def unknown(value: str, allowed: Collection[str], where: str) -> str:
    """Return the message for an id missing from `where`: the closest one, or those that exist."""
    return f"no such id in {where}{near_miss(value, allowed) or f'; {listing(allowed, where)}'}"


def listing(allowed: Collection[str], where: str) -> str:
    """Return a phrase that lists the first few ids of a table."""
    words = list(allowed)
    shown = ", ".join(words[:LISTED]) + (", ..." if len(words) > LISTED else "")
    return f"{where} has {shown or 'none'}"


def key_of(table: str, record: Mapping[str, Any]) -> str | None:
    """Return the key of a record in its table; null if a part of it is missing."""
    parts = [record.get(field) for field in KEYS.get(table, ("id",))]
    words = [part for part in parts if isinstance(part, str) and part]
    return "/".join(words) if len(words) == len(parts) else None


def address(location: Sequence[str | int], names: Names) -> str:
    """Return the dotted path of a place, with records by id, as for ``--set``.

    A record without an id is named by its row in the table, from 1.
    """
    words = [str(part) for part in location]
    if len(location) > 1 and isinstance(row := location[1], int) and location[0] in names:
        table = words[0]
        key = key_of(table, names[table][row])
        words[:2] = [f"{table}.{key}" if key else f"{table}[row {row + 1}]"]
    return ".".join(words)


def check_references(names: Names, unsure: Collection[str] = ()) -> Iterator[Fault]:
    """Yield every duplicate id and every invalid reference.

    `unsure` are tables with invalid ids, which may be the ones that are missing.
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
                for index, key in enumerate(value):
                    if isinstance(key, str) and key not in known[target]:
                        message = unknown(key, known[target], target)
                        yield Fault((table, row, field, index), message, key)


def _duplicates(table: str, named: Sequence[str | None]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row, key in enumerate(named):
        if key is None:
            continue
        if first.setdefault(key, row) < row:
            hint = "" if table in KEYS else f"; an id of its own would be {another(key, named)}"
            yield Fault((table, row), "is given twice", first=first[key], hint=hint)


def another(key: str, taken: Collection[str | None]) -> str:
    """Return an id like another that is not taken."""
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"


def spelling(name: str) -> str:
    """Return the id that is closest to a name: no accents, and hyphens for all other signs."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_+-]+", "-", plain).strip("-_+")[:LONGEST_ID]
