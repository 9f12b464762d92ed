"""Read a table as the records of an instance, each with its place."""

from collections.abc import Mapping
from typing import Any

from optimizer import catalog
from optimizer.io.tables import Row, Table, is_empty, keys_of, put
from optimizer.io.tables.workbook import Bad
from optimizer.load.cells import BadCellError, read_cell, read_typed
from optimizer.load.decimal_separator import DecimalSeparator, table_separator
from optimizer.load.field_types import FieldType
from optimizer.load.raw_instance import Path, RawInstance
from optimizer.schema.references import KEYS, near_miss, nearest


def value_of(
    raw: RawInstance, path: Path, cell: Any, field: FieldType, separator: DecimalSeparator
) -> Any:
    """Return the value of a cell, or an invalid cell itself after reporting it."""
    try:
        if separator.typed:
            return read_typed(cell, field)
        if field.leaf.is_number and separator.doubts(cell):
            raw.silenced.add(path)
            return cell
        return read_cell(cell, field, separator.sign)
    except BadCellError as error:
        raw.report(path, str(error), cell.shown if isinstance(cell, Bad) else cell)
        raw.silenced.add(path)
        return "" if isinstance(cell, Bad) else str(cell)


class Records:
    """Reads a table into a raw instance as the records of a top-level field.

    Parameters
    ----------
    raw : RawInstance
    name : str
        The field.
    table : Table
        Its header and rows; its own problems have been reported.
    known : mapping of str to FieldType
        Fields that columns may name.
    elsewhere : str
        Where to give values that no cell can hold.
    """

    def __init__(
        self,
        raw: RawInstance,
        name: str,
        table: Table,
        known: Mapping[str, FieldType],
        elsewhere: str,
    ) -> None:
        self.raw = raw
        self.name = name
        self.table = table
        self.known = known
        self.elsewhere = elsewhere

    def read(self) -> list[dict[str, Any]]:
        """Return the records of the table, in order."""
        table, raw, name = self.table, self.raw, self.name
        if self._has_no_header():
            return []
        unusable = self._check_columns()
        columns = tuple("" if column in unusable else column for column in table.columns)
        numeric = [
            position
            for position, column in enumerate(columns)
            if column and self.known[column.split(".")[0]].leaf.is_number
        ]
        self.separator = table_separator(raw, table, numeric)
        raw.places[name,] = table.place(table.line)
        records = []
        for position, row in enumerate(table.rows):
            path: Path = (name, position)
            raw.places[path] = table.place(row.line)
            records.append(self._record(path, columns, row))
            if table.sheet is not None:
                for field, field_type in self.known.items():
                    if field_type.required and field_type.nullable:
                        records[-1].setdefault(field, None)
            if row.line in table.ragged:
                raw.silenced.add(path)
        self._check_missing_columns()
        return records

    def _has_no_header(self) -> bool:
        """Whether the first row names no field at all; reported once, for the whole row."""
        table, raw = self.table, self.raw
        named = [column for column in table.columns if column]
        if not named or any(column.split(".")[0] in self.known for column in named):
            return False
        required = [field for field, field_type in self.known.items() if field_type.required]
        examples = ", ".join(required or self.known)
        message = f"is not a header of {self.name}: no cell is the name of a field ({examples})"
        raw.problems = [problem for problem in raw.problems if problem not in table.problems]
        raw.problems.append(table.problem(table.line, 0, "", None, message))
        raw.places[self.name,] = table.place(table.line)
        raw.silenced.add((self.name,))
        return True

    def _record(self, path: Path, columns: tuple[str, ...], row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for position, (column, cell) in enumerate(zip(columns, row.cells, strict=False)):
            if not column or is_empty(cell):
                continue
            keys = keys_of(column)
            where: Path = (*path, *keys)
            if self.table.sheet is not None:
                self.raw.places[where] = self.table.place(row.line, position)
            field = self.known[str(keys[0])]
            try:
                put(record, column, value_of(self.raw, where, cell, field, self.separator))
            except ValueError as error:
                self.raw.report(path, str(error))
                self.raw.silenced.add(path)
                return {}
        return record

    def _check_columns(self) -> set[str]:
        """Report invalid columns and return them."""
        table, unusable = self.table, set()
        for position, column in enumerate(table.columns):
            message = column and column not in unusable and self._fault_of_column(column)
            if message:
                unusable.add(column)
                self._silence_column(column.split(".")[0])
                problem = table.problem(table.line, position, column, None, message)
                self.raw.problems.append(problem)
        if unusable or len(set(table.columns)) < len(table.columns):
            self.raw.doubtful.add(self.name)
        return unusable

    def _fault_of_column(self, column: str) -> str:
        first, *rest = keys_of(column)
        field = self.known.get(str(first))
        if field is None:
            hint = near_miss(str(first), self.known) or f"; allowed are {', '.join(self.known)}"
            return f"unknown column of {self.name}{hint}"
        if field.item is not None and field.item.kind == "record":
            where = self.elsewhere.format(table=self.name, field=first)
            return f"holds records, which a cell cannot; {where}"
        if not rest:
            return ""
        if field.kind != "yearly":
            return f"{first} does not change by year and has nothing below it"
        if len(rest) > 1 or not isinstance(rest[0], int):
            return f"expected a year after {first}, as in {first}.2027"
        return ""

    def _check_missing_columns(self) -> None:
        if self.name in catalog.TABLES:
            return
        table = self.table
        given = {column.split(".")[0] for column in table.columns}
        given |= {nearest(column, self.known) or "" for column in given - self.known.keys()}
        for name, field in self.known.items():
            if not field.required or name in given or (field.nullable and table.sheet):
                continue
            message = f"column is missing; it is required in {self.name}{field.unit_note}"
            self.raw.problems.append(table.problem(table.line, 0, name, None, message))
            self._silence_column(name)

    def _silence_column(self, field: str) -> None:
        """Report nothing more about an invalid column; of a key, nothing about the records."""
        if field in KEYS.get(self.name, ("id",)):
            self.raw.silenced.add((self.name,))
        rows = range(len(self.table.rows))
        self.raw.silenced.update((self.name, row, field) for row in rows)
