"""How an instance lies in a workbook: which sheet holds what, under which headers."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from optimizer.load.field_types import TABLES, Shape, fields
from optimizer.load.profiles import DAYLIGHT_SAVING
from optimizer.schema.instance import Instance
from optimizer.schema.references import KEYS
from optimizer.units import HOURS_PER_DAY, HOURS_PER_YEAR

FIRST: Final = "instance"
"""Sheet of everything that is no table, one field a row."""

FIELD, VALUE, UNIT, MEANING = "field", "value", "unit", "meaning"

PROFILES: Final = "profiles"
HOURS: Final = {
    HOURS_PER_DAY: f"{PROFILES}.day",
    7 * HOURS_PER_DAY: f"{PROFILES}.week",
    HOURS_PER_YEAR: f"{PROFILES}.year",
}
"""Sheet of the profiles of so many hours, one a column."""

PROFILE: Final = {
    **{name: one for name, one in fields(TABLES[PROFILES]).items() if name != "values"},
    DAYLIGHT_SAVING: Shape(
        "boolean", meaning="Whether the clock of the times of its hours is put forward in summer"
    ),
}
"""Columns of the sheet of profiles."""

BLOCKS: Final = {
    f"{table}.{field}": (table, field)
    for table, record in TABLES.items()
    for field, shape in fields(record).items()
    if shape.is_table
}
"""Sheets of records that stand in a record of a table."""

SHEETS: Final = (FIRST, *TABLES, *BLOCKS, *HOURS.values())


def key_columns(sheet: str) -> dict[str, str]:
    """Columns that tell which record a block stands in: the header, and the field of its key."""
    table, _ = BLOCKS[sheet]
    return {f"{table}_{field}": field for field in KEYS.get(table, ("id",))}


def block_fields(sheet: str) -> dict[str, Shape]:
    """Fields of the records of a sheet that stand in a record of a table."""
    table, field = BLOCKS[sheet]
    item = fields(TABLES[table])[field].item
    return dict(fields(item.record)) if item is not None and item.record is not None else {}


@cache
def fields_of_first() -> Mapping[str, Shape]:
    """Fields of the first sheet by dotted name, those of records within records too."""
    found: dict[str, Shape] = {}
    waiting = [(name, one) for name, one in fields(Instance).items() if name not in TABLES]
    while waiting:
        name, shape = waiting.pop(0)
        if shape.record is None:
            found[name] = shape
        else:
            inner = [(f"{name}.{below}", one) for below, one in fields(shape.record).items()]
            waiting = inner + waiting
    return found
