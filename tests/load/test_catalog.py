"""Every row of the package's catalog is a sound record; a row that is not there is named."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer import catalog
from optimizer.errors import InputError

RECORD: dict[str, Callable[[str], Any]] = {
    "models": catalog.model,
    "hardware": catalog.hardware,
    "serving": catalog.serving,
    "generators": catalog.generator,
    "storage": catalog.storage,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(catalog, "FOLDER", tmp_path)
    catalog.rows.cache_clear()
    yield tmp_path
    catalog.rows.cache_clear()


@pytest.mark.parametrize("table", catalog.TABLES)
def test_every_row_is_a_valid_record(table: str) -> None:
    rows = catalog.rows(table)
    assert rows
    for key in rows:
        assert RECORD[table](key).id == key


def test_references_between_rows_are_valid() -> None:
    for key in catalog.rows("serving"):
        serving = catalog.serving(key)
        assert catalog.model(serving.model).id == serving.model
        assert catalog.hardware(serving.hardware).idle_w <= serving.loaded_w


def test_an_unknown_row_is_reported(folder: Path) -> None:
    (folder / "models.csv").write_text("id,total_params_b\nllama-1b,1\nphi-14b,14\n")
    assert catalog.rows("models")["phi-14b"] == {"id": "phi-14b", "total_params_b": "14"}
    with pytest.raises(InputError) as caught:
        catalog.model("lama-1b")
    assert str(caught.value) == (
        "catalog: models = lama-1b: no such id in the catalog's models; did you mean llama-1b?"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id\na\na\n", "catalog/models.csv:3: id = a: is given twice"),
        ("id,name\n,b\n", "catalog/models.csv:2: id: is missing"),
        ("id,name\na\n", "catalog/models.csv:2: 1 cells; the header has 2 columns"),
    ],
)
def test_a_faulty_table_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "models.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        catalog.rows("models")
    assert str(caught.value) == message
