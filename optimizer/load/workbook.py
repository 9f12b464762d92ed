"""Read a workbook into a raw instance: one sheet for each table, and one for all other fields."""

from pathlib import Path as File
from typing import Any

from optimizer.errors import Problem
from optimizer.io.tables import COMMENT, Place, Table, is_empty, is_whole, keys_of, put, tabulate
from optimizer.io.tables.workbook import Bad, Sheet, read_workbook
from optimizer.load.assemble import take_from_catalog
from optimizer.load.cells import read_typed
from optimizer.load.document import UnreadableDocumentError, refuse_newer
from optimizer.load.field_types import TABLES, FieldType, fields
from optimizer.load.layout import (
    BLOCKS,
    FIELD,
    FIRST,
    HOURS,
    MEANING,
    PROFILE,
    PROFILES,
    SHEETS,
    UNIT,
    VALUE,
    block_fields,
    first_sheet_fields,
    key_columns,
)
from optimizer.load.profiles import OF_TABLES, Columns, Timed
from optimizer.load.raw_instance import Finding, Path, RawInstance
from optimizer.load.records import Records
from optimizer.schema.references import key_of, near_miss, nearest, unknown

ELSEWHERE = "give them on the sheet {table}.{field}"


def assemble_workbook(file: File, raw: RawInstance) -> list[Timed]:
    """Fill a raw instance from a workbook; return profiles still to be put in order.

    Raises
    ------
    UnreadableDocumentError
        If it is not a workbook, or cannot be read.
    """
    sheets = read_workbook(file, str(file))
    if isinstance(sheets, Problem):
        raise UnreadableDocumentError(sheets)
    assembly = _Assembly(raw, str(file))
    assembly.run(sheets)
    return assembly.columns.timed


class _Assembly:
    def __init__(self, raw: RawInstance, file: str) -> None:
        self.raw = raw
        self.file = file
        self.columns = Columns(raw, ())
        self.tables: dict[str, Table] = {}
        self.faulty: set[str] = set()
        self.strays: list[str] = []

    def run(self, sheets: list[Sheet]) -> None:
        raw = self.raw
        raw.places[()] = Place(self.file, None)
        for sheet in sheets:
            self._sort(sheet)
        for name in self.strays:
            self._silence(nearest(name, [sheet for sheet in SHEETS if sheet not in self.tables]))
        if FIRST in self.tables:
            self._fields(self.tables[FIRST])
            refuse_newer(raw)
        elif FIRST not in self.faulty:
            message = f"has no sheet {FIRST} with the fields that are not tables"
            raw.problems.append(Problem(self.file, None, "", None, message))
            raw.silenced |= {(name,) for name in _SECTIONS}
        for name, record in TABLES.items():
            if name in self.tables:
                known = PROFILE if name == PROFILES else fields(record)
                records = Records(raw, name, self.tables[name], known, ELSEWHERE)
                raw.data[name] = records.read()
        for name in BLOCKS:
            if name in self.tables:
                self._blocks(name, self.tables[name])
        self._profiles()
        take_from_catalog(raw)

    def _sort(self, sheet: Sheet) -> None:
        """Identify a sheet by its name, and make a table of it."""
        name = sheet.name.strip().casefold()
        if name.startswith(COMMENT) or not sheet.rows:
            return
        ignore = f"start its name with {COMMENT} to have it ignored"
        if name not in SHEETS:
            self.strays.append(name)
            message = f"unknown sheet; {ignore}{near_miss(name, SHEETS)}"
        elif sheet.hidden:
            message = f"the sheet is hidden: unhide it, or {ignore}"
        elif name in self.tables:
            message = f"the sheet is given twice, first as {self.tables[name].sheet}; {ignore}"
        elif not any(isinstance(cell, Bad) for cell in sheet.rows[0].cells):
            table = tabulate(self.file, sheet.rows, sheet=sheet.name, letters=sheet.letters)
            self.tables[name] = table
            self.raw.files.append(table.home)
            self.raw.problems += table.problems
            return
        else:
            bad = next(cell for cell in sheet.rows[0].cells if isinstance(cell, Bad))
            message = f"the header is not text: one of its cells {bad.message}"
        line = sheet.rows[0].line
        where = f"{sheet.name}!A{line}"
        self.raw.problems.append(Problem(self.file, line, "", None, message, where))
        self._silence(name)

    def _silence(self, name: str | None) -> None:
        """Report nothing more about what a sheet would hold."""
        if name is None:
            return
        self.raw.silenced |= {(field,) for field in (_SECTIONS if name == FIRST else (name,))}
        if name in TABLES:
            self.raw.data.setdefault(name, [])
        self.faulty.add(name)

    def _fields(self, table: Table) -> None:
        """Read one field a row: a dotted name and a value, besides columns that explain it."""
        raw = self.raw
        raw.places |= {(name,): table.place(table.line) for name in _SECTIONS}
        lacking = [name for name in (FIELD, VALUE) if name not in table.columns]
        for name in lacking:
            message = f"column is missing; it is required on the sheet {FIRST}"
            raw.problems.append(table.problem(table.line, 0, name, None, message))
        for column, name in enumerate(table.columns):
            if name and name not in (FIELD, VALUE, UNIT, MEANING):
                note = f"; start it with {COMMENT} if it is a note"
                message = f"unknown column of {FIRST}{near_miss(name, (FIELD, VALUE)) or note}"
                raw.problems.append(table.problem(table.line, column, name, None, message))
        if lacking:
            raw.silenced |= {(name,) for name in _SECTIONS}
            return
        named, valued = table.columns.index(FIELD), table.columns.index(VALUE)
        first: dict[Any, int] = {}
        for row in table.rows:
            name, cell = row.cells[named], row.cells[valued]
            if is_empty(name) and is_empty(cell):
                continue
            message = _fault_of_field(name)
            if first.setdefault(name, row.line) < row.line:
                message = message or f"is given twice, first in row {first[name]}"
            if message:
                shown = str(name) if isinstance(name, str | int | float) else None
                raw.problems.append(table.problem(row.line, named, FIELD, shown, message))
                continue
            path = keys_of(name)
            raw.places[path] = table.place(row.line, valued)
            if not is_empty(cell):
                self._field(path, name, cell)

    def _field(self, path: Path, name: str, cell: Any) -> None:
        try:
            put(self.raw.data, name, read_typed(cell, _field_of(name)))
        except ValueError as error:
            shown = cell.shown if isinstance(cell, Bad) else cell
            self.raw.report(path, str(error), shown)
            self.raw.silenced.add(path)

    def _blocks(self, sheet: str, table: Table) -> None:
        """Move each record of a sheet into the record of another table that its row names."""
        (above, field), keys, raw = BLOCKS[sheet], key_columns(sheet), self.raw
        known = {**dict.fromkeys(keys, _KEY), **block_fields(sheet)}
        records = Records(raw, sheet, table, known, ELSEWHERE).read()
        rows = raw.data.get(above, [])
        named = {key_of(above, row): number for number, row in enumerate(rows)}
        for position, record in enumerate(records):
            given = {name: record.pop(column, None) for column, name in keys.items()}
            key = key_of(above, given)
            if key in named and key is not None:
                inner = rows[named[key]].setdefault(field, [])
                _move(raw, (sheet, position), (above, named[key], field, len(inner)))
                inner.append(record)
            elif key is not None and (above,) not in raw.silenced:
                ids = [known_key for known_key in named if known_key is not None]
                path = (sheet, position, next(iter(keys)))
                raw.report(path, unknown(key, ids, above), key)
            elif key is None:
                raw.report((sheet, position), f"is required: {' and '.join(keys)}")

    def _profiles(self) -> None:
        """Give each profile the values of the column that has its id."""
        sheets = [self.tables[name] for name in HOURS.values() if name in self.tables]
        profiles = self.raw.data.get(PROFILES, [])
        named = [profile.get("id") for profile in profiles]
        self.columns = Columns(self.raw, [str(name) for name in named])
        of_rows = {sheet.home: self.columns.of_rows(sheet) for sheet in sheets}
        strays = [
            name
            for sheet in sheets
            for name in sheet.columns
            if name and name not in named and name not in of_rows[sheet.home]
        ]
        for number, profile in enumerate(profiles):
            path: Path = (PROFILES, number)
            key = profile.get("id")
            homes = [
                sheet for sheet in sheets if key in sheet.columns and key not in of_rows[sheet.home]
            ]
            if len(homes) == 1:
                self.columns.take(path, profile, homes[0], key)
                continue
            for field in OF_TABLES:
                profile.pop(field, None)
            several = " and ".join(str(home.sheet) for home in homes)
            message = (
                f"has a column {key} on {several}: keep one"
                if homes
                else f"no column {key} on any of the sheets {', '.join(HOURS.values())}"
            )
            if key is not None and not nearest(str(key), strays):
                self.raw.report(path, message)
            self.raw.silenced.add((*path, "values"))
        if (PROFILES,) in self.raw.silenced:
            return
        ids = [profile["id"] for profile in profiles if isinstance(profile.get("id"), str)]
        for table in sheets:
            for column, name in enumerate(table.columns):
                if name and name not in (*ids, *of_rows[table.home]):
                    message = unknown(name, ids, PROFILES)
                    problem = table.problem(table.line, column, name, None, message)
                    self.raw.problems.append(problem)


def _fault_of_field(name: Any) -> str:
    """Why a word is not a field of the first sheet; empty if it is one."""
    if not isinstance(name, str):
        return "must be the dotted name of a field, as in time.days"
    known = first_sheet_fields()
    above, _, last = name.rpartition(".")
    if name in known or (above in known and known[above].kind == "yearly" and is_whole(last)):
        return ""
    first = name.split(".")[0]
    if first in TABLES:
        return f"belongs to a table, which has its own sheet, {first}"
    if above in known and known[above].kind == "yearly":
        return f"expected a year after {above}, as in {above}.2027"
    if parts := [other for other in known if other.startswith(f"{name}.")]:
        return f"is a group of fields: {', '.join(parts)}"
    return f"no such field{near_miss(name, known)}"


def _field_of(name: str) -> FieldType:
    known = first_sheet_fields()
    return known[name] if name in known else known[name.rpartition(".")[0]]


def _move(raw: RawInstance, old: Path, new: Path) -> None:
    """Move a record, with its places and problems, to another path."""

    def moved(path: Path) -> Path:
        return (*new, *path[len(old) :]) if path[: len(old)] == old else path

    raw.places = {moved(path): place for path, place in raw.places.items()}
    raw.silenced = {moved(path) for path in raw.silenced}
    raw.problems = [
        problem._replace(path=moved(problem.path)) if isinstance(problem, Finding) else problem
        for problem in raw.problems
    ]


_SECTIONS = tuple(dict.fromkeys(name.split(".")[0] for name in first_sheet_fields()))
_KEY = FieldType("text", required=True, identifier=True)
