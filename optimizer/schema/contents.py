"""Input of the checks across records: the valid part of an instance, and all its names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from optimizer.schema.base import Record
from optimizer.schema.references import KEYS, REFERENCES, Names, key_of


@dataclass(frozen=True)
class Contents:
    """Content of an instance, or of the valid part of an invalid one, for checks.

    Attributes
    ----------
    names : mapping
        Ids and references of every table, including those of invalid records.
    records : mapping
        Valid records by table, each with its row.
    sections : mapping
        Valid records outside tables (`money`, `time`, `network`, `policy`).
    whole : frozenset
        Tables whose records are all valid.
    fields : frozenset
        Names of all fields of an instance.
    unsure : frozenset
        Tables with invalid names, in which nothing is certain to be missing.
    """

    names: Names
    records: Mapping[str, Sequence[tuple[int, Any]]]
    sections: Mapping[str, Any]
    whole: frozenset[str]
    fields: frozenset[str]
    unsure: frozenset[str] = frozenset()

    @classmethod
    def of(cls, instance: Record) -> "Contents":
        """Return the contents of a valid instance."""
        tables: dict[str, list[tuple[int, Any]]] = {}
        sections: dict[str, Any] = {}
        for name, value in instance:
            if isinstance(value, tuple):
                tables[name] = list(enumerate(value))
            elif isinstance(value, Record):
                sections[name] = value
        names = {
            table: [_named(record, _naming_fields(table)) for _, record in rows]
            for table, rows in tables.items()
        }
        fields = frozenset(type(instance).model_fields)
        return cls(names, tables, sections, frozenset(tables), fields)

    def each(self, table: str) -> Sequence[tuple[int, Any]]:
        """Return the valid records of a table, each with its row."""
        return self.records.get(table, ())

    @property
    def by_name(self) -> dict[str, Any]:
        """Sections by name, and whole tables as mappings from the name of a record to it."""
        top: dict[str, Any] = dict(self.sections)
        for table in self.whole:
            records = [record for _, record in self.each(table)]
            keys = map(key_of, repeat(table), self.names.get(table, ()))
            top[table] = dict(zip(keys, records, strict=True))
        return top

    def by_id(self, table: str) -> dict[str, Any]:
        """Return the valid records of a table by id."""
        return {record.id: record for _, record in self.each(table)}

    def referred(self, table: str, field: str) -> set[str] | None:
        """Return the values of a field over all rows of a table; null if some are unknown."""
        if table not in self.names or table in self.unsure:
            return None
        values = (row.get(field) for row in self.names[table])
        return {value for value in values if isinstance(value, str)}


def _naming_fields(table: str) -> dict[str, str]:
    """Fields that hold ids: the name in files, and the attribute."""
    fields = [*KEYS.get(table, ("id",)), *(field for t, field in REFERENCES if t == table)]
    return {field: "workload_class" if field == "class" else field for field in fields}


def _named(record: Any, fields: Mapping[str, str]) -> dict[str, Any]:
    return {field: getattr(record, attribute) for field, attribute in fields.items()}
