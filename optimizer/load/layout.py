"""Layout of an instance in a workbook: the content of each sheet and its headers."""

from collections.abc import Mapping
from functools import cache
from typing import Final, get_args

from optimizer.load.field_types import TABLES, FieldType, fields
from optimizer.load.profiles import DAYLIGHT_SAVING, STAMPS
from optimizer.load.row_times import Stamps
from optimizer.schema.instance import Instance
from optimizer.schema.references import KEYS
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR

FIRST: Final = "instance"
"""Sheet of every field that is not a table, one a row."""

FIELD, VALUE, UNIT, MEANING = "field", "value", "unit", "meaning"

PROFILES: Final = "profiles"
HOURS: Final = {
    HOURS_PER_DAY: f"{PROFILES}.day",
    7 * HOURS_PER_DAY: f"{PROFILES}.week",
    HOURS_PER_YEAR: f"{PROFILES}.year",
}
"""Sheet of profiles by their number of hours; each profile is a column."""

PROFILE: Final = {
    **{name: field for name, field in fields(TABLES[PROFILES]).items() if name != "values"},
    DAYLIGHT_SAVING: FieldType(
        "boolean", meaning="Whether the times of its hours follow daylight saving time"
    ),
    STAMPS: FieldType(
        "choice", choices=get_args(Stamps), meaning="Whether its times begin or end their hours"
    ),
}
"""Columns of the sheet of profiles."""

BLOCKS: Final = {
    f"{table}.{name}": (table, name)
    for table, record in TABLES.items()
    for name, field in fields(record).items()
    if field.is_table
}
"""Sheets of records that belong to a record of a table."""

SHEETS: Final = (FIRST, *TABLES, *BLOCKS, *HOURS.values())


def key_columns(sheet: str) -> dict[str, str]:
    """Return the columns that name the record a block belongs to: header and key field."""
    table, _ = BLOCKS[sheet]
    return {f"{table}_{field}": field for field in KEYS.get(table, ("id",))}


def block_fields(sheet: str) -> dict[str, FieldType]:
    """Return the fields of the records on a sheet of blocks."""
    table, field = BLOCKS[sheet]
    item = fields(TABLES[table])[field].item
    return dict(fields(item.record)) if item is not None and item.record is not None else {}


@cache
def first_sheet_fields() -> Mapping[str, FieldType]:
    """Return the fields of the first sheet by dotted name, including those of inner records."""
    flat: dict[str, FieldType] = {}
    waiting = [(name, field) for name, field in fields(Instance).items() if name not in TABLES]
    while waiting:
        name, field = waiting.pop(0)
        if field.record is None:
            flat[name] = field
        else:
            inner = [(f"{name}.{below}", child) for below, child in fields(field.record).items()]
            waiting = inner + waiting
    return flat
