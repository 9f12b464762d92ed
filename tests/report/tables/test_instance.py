"""Assumptions of an instance."""

from optimizer.report.tables.instance import all_assumptions, headline_assumptions
from optimizer.schema.instance import Assumption
from tests.cli.cases import small
from tests.factory import changed


def test_headline_assumptions_are_listed_and_the_others_counted() -> None:
    table = headline_assumptions(small())
    assert table is not None
    assert table.rows == (("Price elasticity of chat", "-0.5 (-1.1 to -0.3) ratio", "ASSUMED"),)
    assert table.note == "1 more: optimizer info --assumptions."
    every = all_assumptions(small())
    assert every is not None
    assert [row[0] for row in every.rows] == ["Price elasticity of chat", "Real discount rate"]


def test_large_numbers_have_no_exponent() -> None:
    phones = Assumption(
        path="pools.phones/phone.existing_units",
        meaning="Phones",
        unit="units",
        value=1e7,
        low=0,
        high=2.5e7,
        source="ASSUMED",
        headline=True,
    )
    edited = small().model_copy(update={"assumptions": (phones,)})
    table = headline_assumptions(changed(edited, {"pools.phones/phone.existing_units": 1e7}))
    assert table is not None
    assert table.rows[0][1] == "10 million (0 to 25 million) units"
    table = headline_assumptions(edited)
    assert table is not None
    assert table.rows[0][1] == "100,000, assumption 10 million (0 to 25 million) units"
    assert table.note == ""


def test_an_instance_without_assumptions_has_no_table() -> None:
    bare = small().model_copy(update={"assumptions": ()})
    assert headline_assumptions(bare) is None
    assert all_assumptions(bare) is None
