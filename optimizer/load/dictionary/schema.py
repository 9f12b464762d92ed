"""JSON Schema of `instance.yaml` for editors; it accepts whatever the loader accepts."""

from copy import deepcopy
from typing import Any, get_args

from optimizer import catalog
from optimizer.load.dictionary.as_written import as_written, in_any_case, unit_of
from optimizer.load.field_types import TABLES
from optimizer.load.profiles import DAYLIGHT_SAVING, STAMPS
from optimizer.load.row_times import Stamps

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The newest draft that YAML support of all editors understands."""

FROM_TABLE = ("table", "column")
"""Keys with which a profile names its values."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``instance.yaml``.

    Besides records it accepts what replaces them in a file: the path of a CSV table for a list of
    records, the id of a catalog row, alone or with fields that replace its own, and a column of a
    table for the values of a profile.  ``optimizer validate`` checks what spans fields or records
    (references, consistent prices).
    """
    schema = deepcopy(as_written())
    records = schema["$defs"]
    for record in (schema, *records.values()):
        _add_units(record)
    _allow_columns(records["Profile"])
    for name, kind in TABLES.items():
        rows = schema["properties"][name]
        if name in catalog.TABLES:
            ids = list(catalog.rows(name))
            _require_id_only(records[kind.__name__], ids)
            rows["items"] = {"anyOf": [{"enum": ids}, rows["items"]]}
        inline = {key: rows.pop(key) for key in ("type", "items", "minItems") if key in rows}
        rows["anyOf"] = [inline, {"type": "string", "minLength": 1}]
        rows["description"] += "; a list, or the path of a CSV table in this folder"
    title = {"$schema": DIALECT, "title": "An instance of optimizer"}
    return {**title, **{key: value for key, value in schema.items() if key != "title"}}


def _add_units(record: dict[str, Any]) -> None:
    """Add the unit of each field to its description, which editors show."""
    for field in record["properties"].values():
        if unit := unit_of(field):
            field["description"] += f" ({unit})"


def _allow_columns(profile: dict[str, Any]) -> None:
    """Allow a profile to take its values from a column of a table."""
    fields = profile["properties"]
    fields["table"] = {
        "type": "string",
        "description": "CSV table in this folder with the values, instead of values",
    }
    fields["column"] = {"type": "string", "description": "Column of the table with the values"}
    fields[DAYLIGHT_SAVING] = {
        "type": ["boolean", "string"],
        "pattern": in_any_case(("true", "false")),
        "description": "Whether the times of the table's rows follow daylight saving time",
    }
    fields[STAMPS] = {
        "enum": list(get_args(Stamps)),
        "description": "Whether the times of the table's rows begin or end their hours",
    }
    profile["required"].remove("values")
    profile["oneOf"] = [{"required": ["values"]}, {"required": list(FROM_TABLE)}]


def _require_id_only(record: dict[str, Any], ids: list[str]) -> None:
    """Require only the id of a row that is in the catalog."""
    required = record["required"]
    record["required"] = ["id"]
    record["if"] = {"properties": {"id": {"enum": ids}}}
    record["else"] = {"required": required}
