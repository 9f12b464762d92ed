"""DuckDB and polars read a study's folder as it is."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.studies.batches import batch


def test_other_tools_read_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = batch(4, keep={"tables": ["capacity"]})
    with ThreadPoolExecutor(1) as one:
        results = study.run(tmp_path / "out", executor=one)
    study.save_results(tmp_path / "out")
    left = tmp_path / "out" / "scenarios" / ".left.parquet.0.part"
    left.write_bytes(b"half a file")
    monkeypatch.chdir(tmp_path)
    told = ["scenario", "status", "welfare_usd"]
    expected = list(results[told].itertuples(index=False, name=None))

    of_duckdb = duckdb.sql(
        "SELECT scenario, status, welfare_usd FROM 'out/scenarios/*.parquet' ORDER BY demand"
    ).fetchall()
    assert of_duckdb == expected
    of_polars = pl.read_parquet("out/scenarios/*.parquet").sort("demand")
    assert of_polars.select("scenario", "status", "welfare_usd").rows() == expected
    assert of_polars.columns == study.columns.names
    assert pl.read_parquet("out/results.parquet").rows() == of_polars.rows()

    units = duckdb.sql(
        "SELECT scenario, count(*) FROM 'out/tables/capacity/*.parquet' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [name for name, _ in units] == sorted(results["scenario"])
