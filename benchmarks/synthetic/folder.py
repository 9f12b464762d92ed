"""An instance as a folder: instance.yaml, long tables and profiles as CSV beside it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from optimizer.schema.instance import Instance

TABLES = ("regions", "workloads", "zones", "sites", "pools", "site_generators", "links")


def write_folder(instance: Instance, folder: Path) -> None:
    """Write an instance; the same instance gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    document = instance.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    for table in TABLES:
        rows = document.pop(table, ())
        if rows:
            _write_csv(folder / f"{table}.csv", [_flat(row) for row in rows])
            document[table] = f"{table}.csv"
    if instance.profiles:
        document["profiles"] = _write_profiles(instance, folder)
    yaml = YAML()
    yaml.width = 96
    with (folder / "instance.yaml").open("w", encoding="utf-8", newline="\n") as stream:
        yaml.dump(_plain(document), stream)


def _write_profiles(instance: Instance, folder: Path) -> list[dict[str, str]]:
    """Write one table a length, one column a profile, and return the references."""
    references = []
    for hours in sorted({len(profile.values) for profile in instance.profiles}):
        group = [profile for profile in instance.profiles if len(profile.values) == hours]
        file = f"profiles_{hours}h.csv"
        rows = zip(*(profile.values for profile in group), strict=True)
        names = [profile.id for profile in group]
        _write_csv(
            folder / file,
            [{"hour": hour, **dict(zip(names, row, strict=True))} for hour, row in enumerate(rows)],
        )
        references += [
            {"id": profile.id, "clock": profile.clock, "table": file, "column": profile.id}
            for profile in group
        ]
    return references


def _flat(record: Mapping[Any, Any], above: str = "") -> dict[str, Any]:
    """Nested keys as dotted names."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = value
    return flat


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(str(item) for item in value)
    return str(value)


def _plain(value: Any) -> Any:
    """Only what YAML has: tuples become lists."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
