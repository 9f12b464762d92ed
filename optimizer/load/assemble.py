"""Replace the names of tables, profile columns and catalog rows by their content."""

from copy import deepcopy
from pathlib import Path as File
from typing import Any

from optimizer import catalog
from optimizer.io.tables import NO_FILE, Table, read_table
from optimizer.load.field_types import TABLES, fields
from optimizer.load.profiles import OF_TABLES, Columns, Timed
from optimizer.load.raw_instance import Path, RawInstance
from optimizer.load.records import Records
from optimizer.schema.references import near_miss, unknown

ELSEWHERE = "give {table} in instance.yaml itself"


class Assembly:
    """Replaces, in a raw instance, names of tables by records and names of catalog rows by rows.

    Parameters
    ----------
    raw : RawInstance
        Content of `instance.yaml`.
    folder : Path
        Folder of the instance; no table may be outside it.
    shown : str
        The folder as the user named it.
    """

    def __init__(self, raw: RawInstance, folder: File, shown: str) -> None:
        self.raw = raw
        self.folder = folder
        self.shown = shown
        self.tables: dict[str, Table | None] = {}
        profiles = raw.data.get("profiles")
        rows = profiles if isinstance(profiles, list) else []
        named = {str(row.get("column")) for row in rows if isinstance(row, dict)}
        self.columns = Columns(raw, named)

    def run(self) -> list[Timed]:
        """Complete the raw instance; return profiles whose hours are still to be put in order."""
        for name in TABLES:
            if isinstance(self.raw.data.get(name), str):
                self._records(name)
        profiles = self.raw.data.get("profiles")
        for row, profile in enumerate(profiles if isinstance(profiles, list) else []):
            if isinstance(profile, dict) and not profile.keys().isdisjoint(
                ("table", "column", *OF_TABLES)
            ):
                self._profile(("profiles", row), profile)
        take_from_catalog(self.raw)
        return self.columns.timed

    def _table(self, path: Path, name: str) -> Table | None:
        """Table at a path that the raw instance names; null if it cannot be read."""
        if not name.strip():
            self.raw.report(path, "must be the path of a CSV table", name)
            return None
        file = self.folder / name
        try:
            inside = file.resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):
            inside = True
        if not inside or File(name).is_absolute():
            message = "a table must be in the instance's folder, with a path relative to it"
            self.raw.report(path, message, name)
            return None
        if name not in self.tables:
            table = read_table(file, str(File(self.shown) / name))
            self.raw.files.append(table.file)
            self.tables[name] = table if table.line is not None else None
            if table.line is not None or table.problems[0].line is not None:
                self.raw.problems += table.problems
            else:
                fault = table.problems[0].message
                hint = self._unnamed_table_like(name) if fault == NO_FILE else ""
                self.raw.report(path, f"{fault} ({table.file}){hint}", name)
        return self.tables[name]

    def _unnamed_table_like(self, name: str) -> str:
        named = {value for value in self.raw.data.values() if isinstance(value, str)}
        return near_miss(name, {file.name for file in self.folder.glob("*.csv")} - named)

    def _records(self, name: str) -> None:
        table = self._table((name,), self.raw.data[name])
        if table is None:
            self.raw.data[name] = []
            self.raw.silenced.add((name,))
            return
        records = Records(self.raw, name, table, fields(TABLES[name]), ELSEWHERE)
        self.raw.data[name] = records.read()

    def _profile(self, path: Path, profile: dict[str, Any]) -> None:
        name, column = profile.pop("table", None), profile.pop("column", None)
        values: Path = (*path, "values")
        if "values" in profile:
            self.raw.report(path, "values and a table are both given; give one of them")
            self.raw.silenced.add(path)
            return
        for key, value in (("table", name), ("column", column)):
            if not isinstance(value, str):
                fault = "must be text" if value is not None else "is required"
                message = f"{fault}: values are read from a column of a table"
                self.raw.report((*path, key), message, value)
                self.raw.silenced.add(path)
        if not (isinstance(name, str) and isinstance(column, str)):
            return
        table = self._table((*path, "table"), name)
        profile["values"] = []
        of_rows = self.columns.of_rows(table) if table is not None else frozenset()
        if table is None or column in of_rows or column not in table.columns or not column:
            for key in OF_TABLES:
                profile.pop(key, None)
            if table is not None:
                columns = [other for other in table.columns if other and other not in of_rows]
                hint = near_miss(column, columns) or f"; it has {', '.join(columns[:8])}"
                message = f"no such column in {table.file}{hint}"
                self.raw.report((*path, "column"), message, column)
            self.raw.silenced.add(values)
            return
        self.columns.take(path, profile, table, column)


def take_from_catalog(raw: RawInstance) -> None:
    """Complete every record of a catalog table whose id is in the catalog."""
    for name in catalog.TABLES:
        content, known = raw.data.get(name), catalog.rows(name)
        rows: list[Any] = content if isinstance(content, list) else []
        needed = [field for field, kind in fields(TABLES[name]).items() if kind.required]
        for position, row in enumerate(rows):
            key = row.get("id") if isinstance(row, dict) else row
            path: Path = (name, position)
            if isinstance(key, str) and key in known:
                rows[position] = {**deepcopy(known[key]), **(row if isinstance(row, dict) else {})}
                continue
            lacking = (
                [field for field in needed if field not in row] if isinstance(row, dict) else []
            )
            if isinstance(row, dict) and 2 * len(lacking) < len(needed):
                continue  # the instance's own row
            if isinstance(row, dict) and isinstance(key, str):
                own = f"a row that is not from it also needs {', '.join(lacking)}"
                message = f"no such id in the catalog, and {own}{near_miss(key, known)}"
                raw.report((*path, "id"), message, key)
            elif isinstance(key, str):
                raw.report(path, unknown(key, known, "the catalog"), key)
                rows[position] = {"id": key}
            elif isinstance(row, dict) and key is None:
                raw.report((*path, "id"), "is required: catalog rows are taken by id")
            else:
                continue
            raw.silenced.add(path)
