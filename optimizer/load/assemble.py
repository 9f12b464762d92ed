"""Puts tables, profiles and catalog rows in the place of their names."""

from copy import deepcopy
from pathlib import Path as File
from typing import Any

from optimizer import catalog
from optimizer.io.tables import NO_FILE, Table, read_table
from optimizer.load.field_types import TABLES, fields
from optimizer.load.profiles import DAYLIGHT_SAVING, OF_ROWS, Columns, Timed
from optimizer.load.raw_instance import Draft, Path
from optimizer.load.records import Records
from optimizer.schema.references import near_miss, unknown

ELSEWHERE = "give {table} in instance.yaml itself"


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
        self.tables: dict[str, Table | None] = {}
        self.columns = Columns(draft)

    def run(self) -> list[Timed]:
        """Complete the draft; profiles whose hours are still to be put in order."""
        for name in TABLES:
            if isinstance(self.draft.data.get(name), str):
                self._records(name)
        profiles = self.draft.data.get("profiles")
        for row, profile in enumerate(profiles if isinstance(profiles, list) else []):
            if isinstance(profile, dict) and not profile.keys().isdisjoint(
                ("table", "column", DAYLIGHT_SAVING)
            ):
                self._profile(("profiles", row), profile)
        take_from_catalog(self.draft)
        return self.columns.timed

    def _table(self, path: Path, name: str) -> Table | None:
        """Table that a path of the draft names; null where it cannot be read."""
        if not name.strip():
            self.draft.report(path, "must be the path of a CSV table", name)
            return None
        file = self.folder / name
        try:
            inside = file.resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):
            inside = True
        if not inside or File(name).is_absolute():
            message = "a table must lie in the instance's folder, its path relative to it"
            self.draft.report(path, message, name)
            return None
        if name not in self.tables:
            table = read_table(file, str(File(self.shown) / name))
            self.draft.files.append(table.file)
            self.tables[name] = table if table.line is not None else None
            if table.line is not None or table.problems[0].line is not None:
                self.draft.problems += table.problems
            else:
                fault = table.problems[0].message
                hint = self._unnamed_table_like(name) if fault == NO_FILE else ""
                self.draft.report(path, f"{fault} ({table.file}){hint}", name)
        return self.tables[name]

    def _unnamed_table_like(self, name: str) -> str:
        named = {value for value in self.draft.data.values() if isinstance(value, str)}
        return near_miss(name, {one.name for one in self.folder.glob("*.csv")} - named)

    def _records(self, name: str) -> None:
        table = self._table((name,), self.draft.data[name])
        if table is None:
            self.draft.data[name] = []
            self.draft.silenced.add((name,))
            return
        records = Records(self.draft, name, table, fields(TABLES[name]), ELSEWHERE)
        self.draft.data[name] = records.read()

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
        if table is None or column in OF_ROWS or column not in table.columns or not column:
            profile.pop(DAYLIGHT_SAVING, None)
            if table is not None:
                columns = [one for one in table.columns if one and one not in OF_ROWS]
                hint = near_miss(column, columns) or f"; it has {', '.join(columns[:8])}"
                message = f"no such column in {table.file}{hint}"
                self.draft.report((*path, "column"), message, column)
            self.draft.silenced.add(values)
            return
        self.columns.take(path, profile, table, column)


def take_from_catalog(draft: Draft) -> None:
    """Complete every record of the catalog's tables whose id the catalog has."""
    for name in catalog.TABLES:
        found, known = draft.data.get(name), catalog.rows(name)
        rows: list[Any] = found if isinstance(found, list) else []
        needed = [one for one, shape in fields(TABLES[name]).items() if shape.required]
        for position, row in enumerate(rows):
            key = row.get("id") if isinstance(row, dict) else row
            at = (name, position)
            if isinstance(key, str) and key in known:
                given = row if isinstance(row, dict) else {}
                rows[position] = {**deepcopy(known[key]), **given}
            elif isinstance(row, dict) and 2 * sum(one in row for one in needed) > len(needed):
                continue  # a row of the instance's own
            elif isinstance(row, dict) and isinstance(key, str):
                lacking = ", ".join(one for one in needed if one not in row)
                message = f"no such id in the catalog, and a row of its own needs {lacking}"
                draft.report((*at, "id"), f"{message}{near_miss(key, known)}", key)
                draft.silenced.add(at)
            elif isinstance(key, str):
                draft.report(at, unknown(key, known, "the catalog"), key)
                draft.silenced.add(at)
                rows[position] = {"id": key}
            elif isinstance(row, dict) and row.get("id") is None:
                draft.report((*at, "id"), "is required: the catalog's rows are taken by their id")
                draft.silenced.add(at)
