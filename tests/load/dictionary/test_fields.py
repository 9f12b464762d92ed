"""Every field is described, and the page of fields is what the records say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizer.load.dictionary import markdown
from optimizer.load.field_types import fields
from optimizer.schema.base import Record
from optimizer.schema.instance import Instance

PAGE = Path(__file__).resolve().parents[3] / "docs" / "fields.md"
NOT_IN_UNITS = {"value", "low", "high"}
"""Numbers of an assumption, whose unit stands beside them."""


def records(record: type[Record]) -> Iterator[type[Record]]:
    yield record
    for shape in fields(record).values():
        for one in (shape, shape.item):
            if one is not None and one.record is not None:
                yield from records(one.record)


EVERY = list(dict.fromkeys(records(Instance)))


@pytest.mark.parametrize("record", EVERY, ids=lambda record: record.__name__)
def test_every_field_has_a_meaning_and_a_unit(record: type[Record]) -> None:
    assert record.__doc__
    known = fields(record)
    for name, info in record.model_fields.items():
        assert info.description, name
        shape = known[info.alias or name]
        kinds = {one.kind for one in (shape, shape.item) if one is not None}
        if kinds & {"number", "integer"} and name not in NOT_IN_UNITS | {"values"}:
            assert shape.unit, name


def test_the_page_is_up_to_date() -> None:
    """If not: ``optimizer schema --format markdown > docs/fields.md``."""
    assert PAGE.read_text(encoding="utf-8") == markdown()


def line_of(section: str, field: str) -> str:
    below = markdown().split(f"\n## {section}\n")[1].split("\n## ")[0]
    (line,) = [one for one in below.splitlines() if one.startswith(f"| `{field}` |")]
    return line


@pytest.mark.parametrize(
    ("section", "field", "rest"),
    [
        (
            "instance",
            "zones",
            "| Parts of the grid, with their limits | none | table, [zones](#zones)",
        ),
        ("money", "dollar_year", "| **required** | whole number 1990 to 2200 |"),
        ("time", "hours_per_step", "| 1 | one of 1, 2, 3, 4, 6, 8, 12, 24 |"),
        (
            "zones",
            "limit_mw",
            "| MW | Limit on the modelled load in every hour | null | number 0 to",
        ),
        ("zones", "limit_mw", "| number 0 to 1,000,000, by year or null |"),
        ("zones.supply_blocks", "adder_usd_per_mwh", "| number -1,000 to 10,000, by year |"),
        ("sites", "existing", "| true | true or false |"),
        ("sites", "zone", "| null | id of [zones](#zones) |"),
        ("classes", "site_kinds", "| device, edge, cloud, offgrid | list: one of device,"),
        ("hardware", "memory_gb", "| **required** | number above 0 to 100,000 |"),
        ("capacity_areas", "zones", "| **required** | ids of [zones](#zones) |"),
    ],
)
def test_a_line_has_unit_meaning_default_and_allowed_values(
    section: str, field: str, rest: str
) -> None:
    assert rest in line_of(section, field)


def test_every_link_has_a_target() -> None:
    lines = markdown().splitlines()
    anchors = {line[3:].replace(".", "") for line in lines if line.startswith("## ")}
    targets = {part.split(")")[0] for line in lines for part in line.split("](#")[1:]}
    assert targets <= anchors
    assert len(targets) > 20
