"""Years as columns: all, or as many as fit."""

import pytest

from optimizer.report.years import shown_years, years_note
from tests.cli.cases import small
from tests.report import made


@pytest.mark.parametrize(
    ("years", "shown", "note"),
    [
        ((2026,), (2026,), ""),
        ((2026, 2028, 2030), (2026, 2028, 2030), ""),
        (tuple(range(2026, 2037)), (2026, 2028, 2030, 2032, 2034, 2036), "5 more years in x."),
    ],
)
def test_shown_years(years: tuple[int, ...], shown: tuple[int, ...], note: str) -> None:
    instance = small()
    plan = made.plan(
        instance.model_copy(update={"time": instance.time.model_copy(update={"years": years})})
    )
    assert shown_years(plan) == shown
    assert years_note(plan, "x") == note
