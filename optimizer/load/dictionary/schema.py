"""JSON Schema of `instance.yaml`, for editors: it takes whatever the loader takes."""

from copy import deepcopy
from typing import Any

from optimizer import catalog
from optimizer.load.dictionary.as_written import as_written, in_any_case, unit_of
from optimizer.load.field_types import TABLES
from optimizer.load.profiles import DAYLIGHT_SAVING

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The newest that every editor's YAML support knows."""

FROM_TABLE = ("table", "column")
"""Keys by which a profile names its values."""


def json_schema() -> dict[str, Any]:
    """JSON Schema of ``instance.yaml``.

    Beside the records themselves it takes what stands for them in a file: the path of a CSV table
    for a list of records, the id of a catalog row for the row, or the id with fields put over it,
    and a column of a table for a profile's values.  What spans fields or records (references,
    prices that make a curve) is left to ``optimizer validate``.
    """
    schema = deepcopy(as_written())
    records = schema["$defs"]
    for record in (schema, *records.values()):
        _tell_units(record)
    _name_columns(records["Profile"])
    for name, kind in TABLES.items():
        rows = schema["properties"][name]
        if name in catalog.TABLES:
            ids = list(catalog.rows(name))
            _take_from_catalog(records[kind.__name__], ids)
            rows["items"] = {"anyOf": [{"enum": ids}, rows["items"]]}
        inline = {key: rows.pop(key) for key in ("type", "items", "minItems") if key in rows}
        rows["anyOf"] = [inline, {"type": "string", "minLength": 1}]
        rows["description"] += "; a list, or the path of a CSV table in this folder"
    title = {"$schema": DIALECT, "title": "An instance of optimizer"}
    return {**title, **{key: value for key, value in schema.items() if key != "title"}}


def _tell_units(record: dict[str, Any]) -> None:
    """Put a field's unit where an editor shows it."""
    for field in record["properties"].values():
        if unit := unit_of(field):
            field["description"] += f" ({unit})"


def _name_columns(profile: dict[str, Any]) -> None:
    """Let a profile take its values from a column of a table."""
    fields = profile["properties"]
    fields["table"] = {
        "type": "string",
        "description": "CSV table in this folder that has the values, in place of values",
    }
    fields["column"] = {"type": "string", "description": "Its column that has them"}
    fields[DAYLIGHT_SAVING] = {
        "type": ["boolean", "string"],
        "pattern": in_any_case(("true", "false")),
        "description": "Whether the clock of the table's column time is put forward in summer",
    }
    profile["required"].remove("values")
    profile["oneOf"] = [{"required": ["values"]}, {"required": list(FROM_TABLE)}]


def _take_from_catalog(record: dict[str, Any], ids: list[str]) -> None:
    """Ask of a row of the catalog its id alone: the catalog has the rest."""
    required = record["required"]
    record["required"] = ["id"]
    record["if"] = {"properties": {"id": {"enum": ids}}}
    record["else"] = {"required": required}
