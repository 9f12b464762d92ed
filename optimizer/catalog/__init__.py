"""The built-in catalog: models, hardware, serving configurations, generators and storage.

Each is a CSV table in this folder, with one record and its source in each row.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from optimizer.errors import InputError, Problem
from optimizer.io.tables import nested, parse_table
from optimizer.schema.catalog import Generator, Hardware, Model, Serving, Storage
from optimizer.schema.references import unknown

TABLES: Final = ("models", "hardware", "serving", "generators", "storage")
FOLDER: Traversable = files(__package__)


@cache
def rows(table: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a catalog table by id, as written: text cells, years nested.

    The result is shared: copy a row before changing it.

    Parameters
    ----------
    table : {"models", "hardware", "serving", "generators", "storage"}

    Raises
    ------
    InputError
        If the packaged table cannot be read.
    """
    shown = f"catalog/{table}.csv"
    content = parse_table((FOLDER / f"{table}.csv").read_text("utf-8"), shown)
    if content.problems:
        raise InputError(content.problems)
    by_id: dict[str, dict[str, Any]] = {}
    for row in content.rows:
        record = nested(content.columns, row)
        key = record.get("id", "")
        if not key or key in by_id:
            fault = "is given twice" if key else "is missing"
            raise InputError([Problem(shown, row.line, "id", key, fault)])
        by_id[key] = record
    return by_id


def model(key: str) -> Model:
    """Return the model with this id; raise `InputError` if there is none."""
    return Model.model_validate(_row("models", key))


def hardware(key: str) -> Hardware:
    """Return the hardware with this id; raise `InputError` if there is none."""
    return Hardware.model_validate(_row("hardware", key))


def serving(key: str) -> Serving:
    """Return the serving configuration with this id; raise `InputError` if there is none."""
    return Serving.model_validate(_row("serving", key))


def generator(key: str) -> Generator:
    """Return the generator with this id; raise `InputError` if there is none."""
    return Generator.model_validate(_row("generators", key))


def storage(key: str) -> Storage:
    """Return the storage with this id; raise `InputError` if there is none."""
    return Storage.model_validate(_row("storage", key))


def _row(table: str, key: str) -> dict[str, Any]:
    known = rows(table)
    if key not in known:
        message = unknown(key, list(known), f"the catalog's {table}")
        raise InputError([Problem("catalog", None, table, key, message)])
    return known[key]
