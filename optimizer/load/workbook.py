"""From a workbook to a draft: a sheet a table, and one of the fields that are no table."""

from pathlib import Path as File
from typing import Any

from optimizer.errors import Problem
from optimizer.io.tables import COMMENT, Table, is_empty, is_whole, keys_of, put, tabulate
from optimizer.io.tables.workbook import Bad, Sheet, read_workbook
from optimizer.load.assemble import take_from_catalog
from optimizer.load.cells import read_typed
from optimizer.load.document import UnreadableDocumentError
from optimizer.load.field_types import TABLES, Shape, fields
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
    fields_of_first,
    key_columns,
)
from optimizer.load.profiles import DAYLIGHT_SAVING, OF_ROWS, Columns, Timed
from optimizer.load.raw_instance import Draft, Finding, Path, Place
from optimizer.load.records import Records, place_of
from optimizer.load.version import refuse_newer
from optimizer.schema.references import key_of, near_miss, nearest, unknown

ELSEWHERE = "give them on the sheet {table}.{field}"


def assemble_workbook(file: File, draft: Draft) -> list[Timed]:
    """Fill a draft from a workbook; return profiles whose hours are still to be put in order.

    Raises
    ------
    UnreadableDocumentError
        If it is no workbook, or none that can be read.
    """
    read = read_workbook(file, str(file))
    if isinstance(read, Problem):
        raise UnreadableDocumentError(read)
    assembly = _Assembly(draft, str(file))
    assembly.run(read)
    return assembly.columns.timed


class _Assembly:
    def __init__(self, draft: Draft, file: str) -> None:
        self.draft = draft
        self.file = file
        self.columns = Columns(draft)
        self.tables: dict[str, Table] = {}
        self.faulty: set[str] = set()
        self.strays: list[str] = []

    def run(self, sheets: list[Sheet]) -> None:
        draft = self.draft
        draft.places[()] = Place(self.file, None)
        for sheet in sheets:
            self._sort(sheet)
        for name in self.strays:
            self._pass_over(nearest(name, [one for one in SHEETS if one not in self.tables]))
        if FIRST in self.tables:
            self._fields(self.tables[FIRST])
            refuse_newer(draft)
        elif FIRST not in self.faulty:
            message = f"has no sheet {FIRST}, of the fields that are no table"
            draft.problems.append(Problem(self.file, None, "", None, message))
            draft.silenced |= {(name,) for name in _SECTIONS}
        for name, record in TABLES.items():
            if name in self.tables:
                known = PROFILE if name == PROFILES else fields(record)
                records = Records(draft, name, self.tables[name], known, ELSEWHERE)
                draft.data[name] = records.read()
        for name in BLOCKS:
            if name in self.tables:
                self._blocks(name, self.tables[name])
        self._profiles()
        take_from_catalog(draft)

    def _sort(self, sheet: Sheet) -> None:
        """Tell what a sheet is by its name, and make a table of it."""
        name = sheet.name.strip().casefold()
        if name.startswith(COMMENT) or not sheet.rows:
            return
        own = f"begin its name with {COMMENT} to have it passed over"
        if name not in SHEETS:
            self.strays.append(name)
            message = f"no such sheet in an instance; {own}{near_miss(name, SHEETS)}"
        elif sheet.hidden:
            message = f"the sheet is hidden: show it, or {own}"
        elif name in self.tables:
            message = f"the sheet is given twice, as {self.tables[name].sheet} too; {own}"
        elif not any(isinstance(cell, Bad) for cell in sheet.rows[0].cells):
            table = tabulate(self.file, sheet.rows, sheet=sheet.name, letters=sheet.letters)
            self.tables[name] = table
            self.draft.files.append(table.home)
            self.draft.problems += table.problems
            return
        else:
            bad = next(cell for cell in sheet.rows[0].cells if isinstance(cell, Bad))
            message = f"the header is no text: one of its cells {bad.message}"
        line = sheet.rows[0].line
        where = f"{sheet.name}!A{line}"
        self.draft.problems.append(Problem(self.file, line, "", None, message, where))
        self._pass_over(name)

    def _pass_over(self, name: str | None) -> None:
        """Say no more of what a sheet would hold."""
        if name is None:
            return
        self.draft.silenced |= {(one,) for one in (_SECTIONS if name == FIRST else (name,))}
        if name in TABLES:
            self.draft.data.setdefault(name, [])
        self.faulty.add(name)

    def _fields(self, table: Table) -> None:
        """Read fields that stand one a row: a dotted name and a value, besides what explains it."""
        draft = self.draft
        draft.places |= {(name,): place_of(table, table.line) for name in _SECTIONS}
        lacking = [one for one in (FIELD, VALUE) if one not in table.columns]
        for name in lacking:
            message = f"column is missing; the sheet {FIRST} requires it"
            draft.problems.append(table.problem(table.line, 0, name, None, message))
        for at, name in enumerate(table.columns):
            if name and name not in (FIELD, VALUE, UNIT, MEANING):
                own = f"; begin it with {COMMENT} if it is a note"
                message = f"unknown column of {FIRST}{near_miss(name, (FIELD, VALUE)) or own}"
                draft.problems.append(table.problem(table.line, at, name, None, message))
        if lacking:
            draft.silenced |= {(name,) for name in _SECTIONS}
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
                draft.problems.append(table.problem(row.line, named, FIELD, shown, message))
                continue
            path = keys_of(name)
            draft.places[path] = place_of(table, row.line, valued)
            if not is_empty(cell):
                self._field(path, name, cell)

    def _field(self, path: Path, name: str, cell: Any) -> None:
        try:
            put(self.draft.data, name, read_typed(cell, _shape_of(name)))
        except ValueError as error:
            shown = cell.shown if isinstance(cell, Bad) else cell
            self.draft.report(path, str(error), shown)
            self.draft.silenced.add(path)

    def _blocks(self, sheet: str, table: Table) -> None:
        """Put each record of a sheet into the record of another that its row names."""
        (above, field), keys, draft = BLOCKS[sheet], key_columns(sheet), self.draft
        known = {**dict.fromkeys(keys, _KEY), **block_fields(sheet)}
        records = Records(draft, sheet, table, known, ELSEWHERE).read()
        rows = draft.data.get(above, [])
        named = {key_of(above, row): at for at, row in enumerate(rows)}
        for position, record in enumerate(records):
            given = {one: record.pop(column, None) for column, one in keys.items()}
            key = key_of(above, given)
            if key in named and key is not None:
                inner = rows[named[key]].setdefault(field, [])
                _move(draft, (sheet, position), (above, named[key], field, len(inner)))
                inner.append(record)
            elif key is not None and (above,) not in draft.silenced:
                ids = [one for one in named if one is not None]
                path = (sheet, position, next(iter(keys)))
                draft.report(path, unknown(key, ids, above), key)
            elif key is None:
                draft.report((sheet, position), f"is required: {' and '.join(keys)}")

    def _profiles(self) -> None:
        """Give each profile the values of the column that has its id."""
        sheets = [self.tables[name] for name in HOURS.values() if name in self.tables]
        profiles = self.draft.data.get(PROFILES, [])
        named = [*(one.get("id") for one in profiles), *OF_ROWS]
        strays = [one for sheet in sheets for one in sheet.columns if one and one not in named]
        for at, profile in enumerate(profiles):
            path: Path = (PROFILES, at)
            key = profile.get("id")
            found = [one for one in sheets if key in one.columns and key not in OF_ROWS]
            if len(found) == 1:
                self.columns.take(path, profile, found[0], key)
                continue
            profile.pop(DAYLIGHT_SAVING, None)
            several = " and on ".join(str(one.sheet) for one in found)
            message = (
                f"has a column {key} on {several}: give one"
                if found
                else (f"no column {key} on a sheet {', '.join(HOURS.values())}")
            )
            if key is not None and not nearest(str(key), strays):
                self.draft.report(path, message)
            self.draft.silenced.add((*path, "values"))
        if (PROFILES,) in self.draft.silenced:
            return
        ids = [one["id"] for one in profiles if isinstance(one.get("id"), str)]
        for table in sheets:
            for at, name in enumerate(table.columns):
                if name and name not in (*ids, *OF_ROWS):
                    message = unknown(name, ids, PROFILES)
                    problem = table.problem(table.line, at, name, None, message)
                    self.draft.problems.append(problem)


def _fault_of_field(name: Any) -> str:
    """Why a word names no field of the first sheet; empty where it names one."""
    if not isinstance(name, str):
        return "must be the dotted name of a field, as in time.days"
    known = fields_of_first()
    above, _, last = name.rpartition(".")
    if name in known or (above in known and known[above].kind == "yearly" and is_whole(last)):
        return ""
    first = name.split(".")[0]
    if first in TABLES:
        return f"is of a table, which has a sheet of its own, {first}"
    if above in known and known[above].kind == "yearly":
        return f"a year is due after {above}, as in {above}.2027"
    if parts := [one for one in known if one.startswith(f"{name}.")]:
        return f"has fields of its own: {', '.join(parts)}"
    return f"no such field{near_miss(name, known)}"


def _shape_of(name: str) -> Shape:
    known = fields_of_first()
    return known[name] if name in known else known[name.rpartition(".")[0]]


def _move(draft: Draft, old: Path, new: Path) -> None:
    """Let a record, its places and what was found wrong in it stand at another path."""

    def moved(path: Path) -> Path:
        return (*new, *path[len(old) :]) if path[: len(old)] == old else path

    draft.places = {moved(path): place for path, place in draft.places.items()}
    draft.silenced = {moved(path) for path in draft.silenced}
    draft.problems = [
        one._replace(path=moved(one.path)) if isinstance(one, Finding) else one
        for one in draft.problems
    ]


_SECTIONS = tuple(dict.fromkeys(name.split(".")[0] for name in fields_of_first()))
_KEY = Shape("text", required=True, identifier=True)
