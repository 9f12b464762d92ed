"""The folder of a shipped instance: its scripts, and the numbers of its tables."""

import csv
import importlib.util
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType

INSTANCES = Path(__file__).parents[2] / "instances"


def script(instance: str, name: str) -> ModuleType:
    """Import a script beside an instance; it belongs to no package."""
    spec = importlib.util.spec_from_file_location(
        f"{instance}_{name}", INSTANCES / instance / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers_of_tables(folder: Path, without: Collection[str]) -> Iterator[str]:
    """Path of every number in a folder's tables, except assumptions and the named columns."""
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
