"""What an instance says at the path of one of its assumptions, and what its tables say in all."""

import csv
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from optimizer.schema.base import Record
from optimizer.schema.instance import Instance


def value_at(instance: Instance, path: str) -> float:
    """Value at a dotted path; a yearly path that holds one value for all years gives that."""
    value: Any = instance
    for part in path.split("."):
        if isinstance(value, Record):
            value = getattr(value, part)
        elif isinstance(value, tuple):
            value = next(record for record in value if record.id == part)
        else:
            value = value[int(part)]
    return float(value[0] if isinstance(value, dict) else value)


def numbers_of_tables(folder: Path, without: Collection[str]) -> Iterator[str]:
    """Path of every number in a folder's tables, but for assumptions and the columns named."""
    for file in sorted(folder.glob("*.csv")):
        lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines) if file.name != "assumptions.csv" else ():
            key = row.get("id") or "/".join(list(row.values())[:2])
            for field, cell in row.items():
                if _is_number(cell) and f"{file.stem}.{field}" not in without:
                    yield f"{file.stem}.{key}.{field}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
