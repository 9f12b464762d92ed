"""Storage of results: one Parquet file per scenario, written atomically.

Each file is named after the digest of its scenario, and a reader finds all of it or nothing,
whatever ends the writer and however many write.  Tables are written before the row, which marks
the scenario as done.
"""

import contextlib
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from optimizer.errors import refused
from optimizer.io.atomic import PART, write_atomic, write_json
from optimizer.studies.reading import STUDY

ROWS, TABLES = "scenarios", "tables"
INSTANCE = "instance.json"
RESULTS = "results.parquet"
SUM = b"sha256"
"""Key in a file's metadata; Parquet's own checksums do not cover the location of columns."""
STALE_S = 3600.0
"""Age at which a partial file no longer belongs to any writer."""


class Store:
    """Folder of a study.

    Parameters
    ----------
    folder : Path
    columns : pyarrow.Schema
        Columns of every row.
    """

    def __init__(self, folder: Path, columns: pa.Schema) -> None:
        self.folder = folder
        self._columns = columns

    def prepare(self, study: Mapping[str, Any], instance: str) -> None:
        """Make the folder and record its study.

        Raises
        ------
        InputError
            If the folder cannot be written or contains something else.
        """
        try:
            if self.folder.exists() and not self.folder.is_dir():
                raise refused(self.folder, "is a file; a study needs a folder")
            if self.folder.is_dir() and any(self.folder.iterdir()):
                self._check_is_of(study)
            (self.folder / ROWS).mkdir(parents=True, exist_ok=True)
            self._sweep()
            writable = self.folder / ROWS / f".writable{PART}"
            writable.touch()
            writable.unlink(missing_ok=True)
            write_atomic(self.folder / INSTANCE, instance)
            write_json(self.folder / STUDY, study)
        except OSError as error:
            raise refused(self.folder, f"cannot be written: {error.strerror}") from None

    def _check_is_of(self, study: Mapping[str, Any]) -> None:
        file = self.folder / STUDY
        if not file.is_file():
            if (self.folder / ROWS).is_dir():
                return  # ended before its study was recorded
            message = "contains something other than a study; choose another folder"
            raise refused(self.folder, message)
        try:
            name = json.loads(file.read_text(encoding="utf-8"))["study"]["name"]
        except (ValueError, KeyError, TypeError):
            return  # damaged, and about to be rewritten
        if name != study["study"]["name"]:
            raise refused(self.folder, f"contains the study {name}; choose another folder")

    def _sweep(self) -> None:
        """Remove old partial files; a fresh one may belong to another writer."""
        for file in self.folder.rglob(f".*{PART}"):
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > STALE_S:
                    file.unlink()

    def file(self, digest: str) -> Path:
        """Return the file of a scenario's row."""
        return self.folder / ROWS / f"{digest}.parquet"

    def done(self) -> set[str]:
        """Return the digests of the scenarios that have a file."""
        try:
            return {file.stem for file in (self.folder / ROWS).glob("*.parquet")}
        except OSError as error:
            raise refused(self.folder, f"cannot be read: {error.strerror}") from None

    def read(self, digest: str) -> dict[str, Any] | None:
        """Return the row of a scenario; None if there is none or its file is damaged."""
        try:
            table = pq.ParquetFile(self.file(digest)).read()
            if table.num_rows != 1 or _checksum(table) != (table.schema.metadata or {}).get(SUM):
                return None
            row: dict[str, Any] = table.to_pylist()[0]
        except Exception:  # cells of a damaged file may be of any kind
            return None
        return row if row.get("digest") == digest and row.get("status") is not None else None

    def write(self, row: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> None:
        """Write a scenario: its tables, then its row.

        Raises
        ------
        OSError
            If it cannot be written; nothing is left behind.
        """
        for name, table in tables.items():
            kept = table.copy()
            kept.insert(0, "scenario", row["scenario"])
            folder = self.folder / TABLES / name
            folder.mkdir(parents=True, exist_ok=True)
            arrow = pa.Table.from_pandas(kept, preserve_index=False)
            write_atomic(folder / f"{row['digest']}.parquet", _as_parquet(arrow))
        cells = self._table([row])
        summed = cells.replace_schema_metadata({SUM: _checksum(cells)})
        write_atomic(self.file(row["digest"]), _as_parquet(summed))

    def remove(self, digest: str) -> None:
        """Remove a scenario.

        Raises
        ------
        InputError
            If its file cannot be removed.
        """
        try:
            self.file(digest).unlink(missing_ok=True)
        except OSError as error:
            message = f"{ROWS}/{digest}.parquet cannot be removed: {error.strerror}"
            raise refused(self.folder, message) from None

    def frame(self, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Return rows as a table; each column has its kind even if all its cells are null."""
        frame: pd.DataFrame = self._table(rows).to_pandas()
        return frame.astype({"draw": "Int64"})

    def save(self, results: pd.DataFrame) -> Path:
        """Write all results as one table; return its file."""
        table = pa.Table.from_pandas(results, schema=self._columns, preserve_index=False)
        write_atomic(self.folder / RESULTS, _as_parquet(table))
        return self.folder / RESULTS

    def _table(self, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
        cells = {name: [row.get(name) for row in rows] for name in self._columns.names}
        return pa.Table.from_pydict(cells, schema=self._columns)


def _checksum(table: pa.Table) -> bytes:
    """Return the SHA-256 of all cells with the names of their columns."""
    return hashlib.sha256(json.dumps(table.to_pylist()).encode()).hexdigest().encode()


def _as_parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    written: bytes = sink.getvalue().to_pybytes()
    return written
