"""From a table to the records of an instance, each with its place."""

from collections.abc import Mapping
from typing import Any

from optimizer import catalog
from optimizer.io.tables import Row, Table, is_empty, keys_of, put
from optimizer.io.tables.workbook import Bad
from optimizer.load.cells import BadCellError, read_cell, read_typed
from optimizer.load.decimal_separator import Decimals, decimals
from optimizer.load.field_types import Shape
from optimizer.load.raw_instance import Draft, Path, Place
from optimizer.schema.references import KEYS, near_miss, nearest

Fields = Mapping[str, Shape]


def place_of(table: Table, line: int | None, column: int = 0) -> Place:
    """Place of a cell of a table."""
    file, line, cell = table.where(line, column)
    return Place(file, line, None, cell)


class Records:
    """Reads a table into the draft as the records of a top-level field.

    Parameters
    ----------
    draft : Draft
    name : str
        The field.
    table : Table
        Its header and rows; what is wrong with them alone is told already.
    known : mapping of str to Shape
        What a column may be named for.
    elsewhere : str
        Where to give what no cell can hold.
    """

    def __init__(
        self, draft: Draft, name: str, table: Table, known: Fields, elsewhere: str
    ) -> None:
        self.draft = draft
        self.name = name
        self.table = table
        self.known = known
        self.elsewhere = elsewhere
        self.decimals = Decimals(".")

    def read(self) -> list[dict[str, Any]]:
        """Records of the table, in their order."""
        table, draft, name = self.table, self.draft, self.name
        if self._has_no_header():
            return []
        unusable = self._check_columns()
        columns = tuple("" if column in unusable else column for column in table.columns)
        if table.sheet is None:
            self._tell_decimals(columns)
        draft.places[name,] = place_of(table, table.line)
        records = []
        for position, row in enumerate(table.rows):
            path: Path = (name, position)
            draft.places[path] = place_of(table, row.line)
            records.append(self._record(path, columns, row))
            if table.sheet is not None:
                for field, shape in self.known.items():
                    if shape.required and shape.nullable:
                        records[-1].setdefault(field, None)
            if row.line in table.ragged:
                draft.silenced.add(path)
        self._check_missing_columns()
        return records

    def _has_no_header(self) -> bool:
        """Whether the first row names no field at all, so that it is told once."""
        table, draft = self.table, self.draft
        named = [column for column in table.columns if column]
        if not named or any(column.split(".")[0] in self.known for column in named):
            return False
        due = [field for field, shape in self.known.items() if shape.required]
        message = f"is no header of {self.name}: none of its cells names a field, such as"
        draft.problems = [one for one in draft.problems if one not in table.problems]
        draft.problems.append(
            table.problem(table.line, 0, "", None, f"{message} {', '.join(due or self.known)}")
        )
        draft.places[self.name,] = place_of(table, table.line)
        draft.silenced.add((self.name,))
        return True

    def _record(self, path: Path, columns: tuple[str, ...], row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for at, (column, cell) in enumerate(zip(columns, row.cells, strict=False)):
            if not column or is_empty(cell):
                continue
            keys = keys_of(column)
            where: Path = (*path, *keys)
            if self.table.sheet is not None:
                self.draft.places[where] = place_of(self.table, row.line, at)
            try:
                put(record, column, self._value(where, cell, self.known[str(keys[0])]))
            except ValueError as error:
                self.draft.report(path, str(error))
                self.draft.silenced.add(path)
                return {}
        return record

    def _value(self, where: Path, cell: Any, shape: Shape) -> Any:
        """Value of a cell, or the cell itself where it is told what is wrong with it."""
        try:
            if self.table.sheet is not None:
                return read_typed(cell, shape)
            if _is_number(shape) and self.decimals.doubts(cell):
                self.draft.silenced.add(where)
                return cell
            return read_cell(cell, shape, self.decimals.sign)
        except BadCellError as error:
            shown = cell.shown if isinstance(cell, Bad) else cell
            self.draft.report(where, str(error), shown)
            self.draft.silenced.add(where)
            return "" if isinstance(cell, Bad) else str(cell)

    def _tell_decimals(self, columns: tuple[str, ...]) -> None:
        numeric = [
            at
            for at, column in enumerate(columns)
            if column and _is_number(self.known[column.split(".")[0]])
        ]
        cells = [
            (row.line, row.cells[at])
            for row in self.table.rows
            for at in numeric
            if at < len(row.cells)
        ]
        self.decimals = found = decimals(cells, self.table.separator)
        if found.fault:
            problem = self.table.problem(found.line, 0, "", found.value, found.fault)
            self.draft.problems.append(problem)

    def _check_columns(self) -> set[str]:
        table, unusable = self.table, set()
        for at, column in enumerate(table.columns):
            message = column and column not in unusable and self._fault_of_column(column)
            if message:
                unusable.add(column)
                self._silence_column(column.split(".")[0])
                self.draft.problems.append(table.problem(table.line, at, column, None, message))
        if unusable or len(set(table.columns)) < len(table.columns):
            self.draft.doubtful.add(self.name)
        return unusable

    def _fault_of_column(self, column: str) -> str:
        first, *rest = keys_of(column)
        shape = self.known.get(str(first))
        if shape is None:
            hint = near_miss(str(first), self.known) or f"; it may have {', '.join(self.known)}"
            return f"unknown column of {self.name}{hint}"
        if shape.item is not None and shape.item.kind == "record":
            where = self.elsewhere.format(table=self.name, field=first)
            return f"holds records, which a cell cannot; {where}"
        if not rest:
            return ""
        if shape.kind != "yearly":
            return f"{first} does not change by year and has nothing below it"
        if len(rest) > 1 or not isinstance(rest[0], int):
            return f"a year is due after {first}, as in {first}.2027"
        return ""

    def _check_missing_columns(self) -> None:
        if self.name in catalog.TABLES:
            return
        table = self.table
        given = {column.split(".")[0] for column in table.columns}
        given |= {nearest(one, self.known) or "" for one in given if one not in self.known}
        for field, shape in self.known.items():
            if not shape.required or field in given or (shape.nullable and table.sheet):
                continue
            unit = f" ({shape.unit})" if shape.unit else ""
            message = f"column is missing; {self.name} require it{unit}"
            self.draft.problems.append(table.problem(table.line, 0, field, None, message))
            self._silence_column(field)

    def _silence_column(self, field: str) -> None:
        """Say no more of a faulty column; without a name, nothing of the records either."""
        if field in KEYS.get(self.name, ("id",)):
            self.draft.silenced.add((self.name,))
        rows = range(len(self.table.rows))
        self.draft.silenced.update((self.name, row, field) for row in rows)


def _is_number(shape: Shape) -> bool:
    leaf = shape.item if shape.item is not None else shape
    return leaf.kind in ("number", "integer")
