"""docs/studies.md names every field of a study file and every column of its results."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from optimizer.studies import definition
from optimizer.studies.result_schema import DISPLACEMENT, ENDED, FIRST, PLAN

TEXT = (Path(__file__).parents[2] / "docs" / "studies.md").read_text(encoding="utf-8")
RECORDS = [
    kind
    for kind in vars(definition).values()
    if isinstance(kind, type)
    and issubclass(kind, BaseModel)
    and kind.__module__ == "optimizer.studies.definition"
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_fields(record: type[BaseModel]) -> None:
    names = [info.alias or name for name, info in record.model_fields.items()]
    assert names
    assert [name for name in names if f"`{name}`" not in TEXT and f"`{name}:" not in TEXT] == []


def test_columns() -> None:
    columns = [*FIRST, *ENDED, *PLAN, *DISPLACEMENT]
    missing = [name for name in columns if f"`{name}`" not in TEXT and f"_{name}`" not in TEXT]
    assert missing == []
