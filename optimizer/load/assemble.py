"""Puts tables, profiles and catalog rows in the place of their names."""

from copy import deepcopy
from pathlib import Path as File
from typing import Any

from optimizer import catalog
from optimizer.errors import Problem
from optimizer.load.draft import Draft, Path, Place
from optimizer.load.shape import TABLES, Shape, fields
from optimizer.schema.references import KEYS, near_miss, unknown
from optimizer.tables import NO_FILE, Table, keys_of, nested, read_table

HOUR = "hour"
"""Column of a profile table that only numbers its rows."""


class Assembly:
    """Replaces, in a draft, the name of a table by its records and of a row by the row.

    Parameters
    ----------
    draft : Draft
        What `instance.yaml` says.
    folder : Path
        Folder of the instance; no table may lie outside it.
    shown : str
        The folder as the user named it.
    """

    def __init__(self, draft: Draft, folder: File, shown: str) -> None:
        self.draft = draft
        self.folder = folder
        self.shown = shown
        self.read: dict[str, Table | None] = {}

    def run(self) -> None:
        """Complete the draft."""
        for name in TABLES:
            if isinstance(self.draft.data.get(name), str):
                self._records(name)
        profiles = self.draft.data.get("profiles")
        for row, profile in enumerate(profiles if isinstance(profiles, list) else []):
            if isinstance(profile, dict) and ("table" in profile or "column" in profile):
                self._profile(("profiles", row), profile)
        for name in catalog.TABLES:
            rows = self.draft.data.get(name)
            if isinstance(rows, list):
                self._take_from_catalog(name, rows)

    def _table(self, path: Path, name: str) -> Table | None:
        """Table that a path of the draft names; null where it cannot be read."""
        file = self.folder / name
        try:
            inside = file.resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):
            inside = True
        if not inside or File(name).is_absolute():
            message = "a table must lie in the instance's folder, its path relative to it"
            self.draft.report(path, message, name)
            return None
        if name not in self.read:
            table = read_table(file, str(File(self.shown) / name))
            self.draft.files.append(table.file)
            self.read[name] = table if table.line is not None else None
            if table.line is not None or table.problems[0].line is not None:
                self.draft.problems += table.problems
            else:
                fault = table.problems[0].message
                hint = self._unnamed_table_like(name) if fault == NO_FILE else ""
                self.draft.report(path, f"{fault} ({table.file}){hint}", name)
        return self.read[name]

    def _unnamed_table_like(self, name: str) -> str:
        named = {value for value in self.draft.data.values() if isinstance(value, str)}
        return near_miss(name, {one.name for one in self.folder.glob("*.csv")} - named)

    def _records(self, name: str) -> None:
        table = self._table((name,), self.draft.data[name])
        if table is None:
            self.draft.data[name] = []
            self.draft.silenced.add((name,))
            return
        known = fields(TABLES[name])
        unusable = self._check_columns(name, table, known)
        columns = tuple("" if column in unusable else column for column in table.columns)
        records: list[dict[str, Any]] = []
        self.draft.places[name,] = Place(table.file, table.line)
        for position, row in enumerate(table.rows):
            path: Path = (name, position)
            self.draft.places[path] = Place(table.file, row.line)
            try:
                record = nested(columns, row)
            except ValueError as error:
                self.draft.report(path, str(error))
                self.draft.silenced.add(path)
                record = {}
            if row.line in table.ragged:
                self.draft.silenced.add(path)
            records.append(_split_lists(record, known))
        self.draft.data[name] = records
        self._check_missing_columns(name, table, known)

    def _check_columns(self, name: str, table: Table, known: Any) -> set[str]:
        unusable = set()
        for column in dict.fromkeys(table.columns):
            message = _fault_of_column(name, column, known)
            if column and message:
                unusable.add(column)
                self._silence_column(name, column.split(".")[0], table)
                problem = Problem(table.file, table.line, column, None, message)
                self.draft.problems.append(problem)
        if unusable or len(set(table.columns)) < len(table.columns):
            self.draft.doubtful.add(name)
        return unusable

    def _check_missing_columns(self, name: str, table: Table, known: Any) -> None:
        if name in catalog.TABLES:
            return
        given = {column.split(".")[0] for column in table.columns}
        for field, shape in known.items():
            if not shape.required or field in given:
                continue
            unit = f" ({shape.unit})" if shape.unit else ""
            message = f"column is missing; {name} require it{unit}"
            self.draft.problems.append(Problem(table.file, table.line, field, None, message))
            self._silence_column(name, field, table)

    def _silence_column(self, name: str, field: str, table: Table) -> None:
        """Say no more of a faulty column; without a name, nothing of the records either."""
        if field in KEYS.get(name, ("id",)):
            self.draft.silenced.add((name,))
        self.draft.silenced.update((name, row, field) for row in range(len(table.rows)))

    def _profile(self, path: Path, profile: dict[str, Any]) -> None:
        name, column = profile.pop("table", None), profile.pop("column", None)
        values: Path = (*path, "values")
        if "values" in profile:
            self.draft.report(path, "values and a table are both given; give one of them")
            self.draft.silenced.add(path)
            return
        for key, value in (("table", name), ("column", column)):
            if not isinstance(value, str):
                fault = "must be text" if value is not None else "is required"
                message = f"{fault}: values come from a column of a table"
                self.draft.report((*path, key), message, value)
                self.draft.silenced.add(path)
        if not (isinstance(name, str) and isinstance(column, str)):
            return
        table = self._table((*path, "table"), name)
        profile["values"] = []
        if table is None:
            self.draft.silenced.add(values)
            return
        if column == HOUR or column not in table.columns:
            columns = [one for one in table.columns if one and one != HOUR]
            hint = near_miss(column, columns) or f"; it has {', '.join(columns[:8])}"
            message = f"no such column in {table.file}{hint}"
            self.draft.report((*path, "column"), message, column)
            self.draft.silenced.add(values)
            return
        if table.ragged:
            self.draft.silenced.add(values)
        position = table.columns.index(column)
        rows = [row for row in table.rows if len(row.cells) > position]
        profile["values"] = [row.cells[position] for row in rows]
        self.draft.places[values] = Place(table.file, table.line)
        self.draft.columns[values] = (table.file, [row.line for row in rows])

    def _take_from_catalog(self, name: str, rows: list[Any]) -> None:
        known = catalog.rows(name)
        for position, row in enumerate(rows):
            key = row.get("id") if isinstance(row, dict) else row
            if not isinstance(key, str):
                continue
            if key in known:
                given = row if isinstance(row, dict) else {}
                rows[position] = {**deepcopy(known[key]), **given}
            elif not isinstance(row, dict):
                self.draft.report((name, position), unknown(key, known, "the catalog"), key)
                self.draft.silenced.add((name, position))
                rows[position] = {"id": key}


def _fault_of_column(table: str, column: str, known: Any) -> str:
    first, *rest = keys_of(column)
    shape: Shape | None = known.get(first)
    if shape is None:
        hint = near_miss(str(first), known) or f"; it may have {', '.join(known)}"
        return f"unknown column of {table}{hint}"
    if shape.item is not None and shape.item.kind == "record":
        return f"holds records, which a cell cannot; give {table} in instance.yaml itself"
    if not rest:
        return ""
    if shape.kind != "yearly":
        return f"{first} does not change by year and has nothing below it"
    if len(rest) > 1 or not isinstance(rest[0], int):
        return f"a year is due after {first}, as in {first}.2027"
    return ""


def _split_lists(record: dict[str, Any], known: Any) -> dict[str, Any]:
    return {
        key: value.split() if isinstance(value, str) and known[key].kind == "list" else value
        for key, value in record.items()
    }
