"""Read tables with the place of every row: CSV files and workbooks."""

from optimizer.io.tables.delimited import parse_table, read_table
from optimizer.io.tables.table import (
    COMMENT,
    Place,
    Row,
    Table,
    is_empty,
    is_whole,
    keys_of,
    nested,
    put,
    tabulate,
)
from optimizer.io.tables.text import NO_FILE, read_bytes, read_text

__all__ = [
    "COMMENT",
    "NO_FILE",
    "Place",
    "Row",
    "Table",
    "is_empty",
    "is_whole",
    "keys_of",
    "nested",
    "parse_table",
    "put",
    "read_bytes",
    "read_table",
    "read_text",
    "tabulate",
]
