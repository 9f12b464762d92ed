"""Limits that force the verdict, by lifting them; limits that bind, by the hours of the year."""

import json
from pathlib import Path

import pytest

from optimizer.counterfactual.binding_limits import BindingLimit, in_both_worlds
from optimizer.counterfactual.forced_by import LiftedLimit, forcing
from optimizer.counterfactual.saved import load_displacement
from optimizer.counterfactual.verdict import NOT_USED, UNDETERMINED, Bounds
from optimizer.errors import InputError
from optimizer.report.tables.displacement_limits import binding_table, lifted_sentences
from tests.counterfactual.cases import ask, changed, other_zone, same_zone, two_sites

HOURS = {"time": {"years": [2026], "days": 1, "hours_per_step": 1}}
TIGHT_HOUR = [1.0 if hour == 18 else 0.5 for hour in range(24)]


def bound(
    limit: str, year: int = 2026, without: float = 8760, with_it: float = 8760
) -> BindingLimit:
    return BindingLimit(limit, year, without, with_it, without / 8760, with_it / 8760)


def lifted(limit: str, displacement: float | None, verdict: str = "") -> LiftedLimit:
    return LiftedLimit(limit, displacement, verdict, {2026: displacement})


def test_a_limit_that_binds_for_one_hour_a_day_forces_nothing() -> None:
    """Z leaves 4 MW, but 2 of 5 Gtok/h in one hour: D is that of the other 23 with or without."""
    tight = two_sites(
        3,
        2,
        HOURS
        | {
            "zones.Z.capacity_mw": 12,
            "zones.Z.other_peak_mw": 10,
            "zones.Z.other_profile": "evening",
            "sites.X.zone": "Z",
            "sites.C.serving_cost_usd_per_mtok": 1,
            "profiles": [{"id": "evening", "values": TIGHT_HOUR}],
        },
        box_mw=0.8,
    )
    result = ask(tight, attribution=True)
    (limit,) = result.binding
    assert (limit.limit, limit.hours_without, limit.hours_with) == ("Z", 365, 365)
    assert limit.share_with == pytest.approx(1 / 24)
    (without,) = result.lifted_limits or ()
    # X carries 2 of 3 Gtok/h in all hours: 0.8 MWh instead of 1.
    assert without.displacement == pytest.approx(1 / 0.8)
    assert result.energy.displacement == pytest.approx(1 / 0.8, abs=0.03)
    assert result.forced_by == ()
    assert not any("forced" in line for line in result.headline.lines)
    assert "it does not force the verdict" in lifted_sentences(result)


def test_a_limit_forces_the_verdict_if_displacement_without_it_is_in_another_band() -> None:
    """Z holds the cloud to 3 of 10 Gtok/h, so X adds; without it X displaces 2 Gtok/h."""
    result = ask(other_zone(), attribution=True)
    (without,) = result.lifted_limits or ()
    assert (without.limit, without.verdict) == ("Z", "mixed")
    assert without.displacement == pytest.approx(2 * 1 / (2 * 2))
    assert result.forced_by == ("Z",)
    assert result.by_year[0].forced_by == ("Z",)
    assert ", forced by the limit in Z." in result.headline.lines[1]
    table = binding_table(result)
    assert table is not None
    assert table.rows == (("Z", "without", "8,760 (100%)"), ("Z", "with it", "8,760 (100%)"))
    assert "energy D would be 0.50 (mixed): it forces the verdict" in table.note


def test_nothing_is_said_to_force_what_was_not_tested() -> None:
    result = ask(other_zone())
    assert (result.forced_by, result.lifted_limits) == ((), None)
    assert in_both_worlds(result.binding) == ("Z",)
    assert "was not tested" in lifted_sentences(result)
    assert not any("forced" in line for line in result.headline.lines)


def test_a_limit_is_lifted_in_all_years_and_judged_in_each() -> None:
    """Without the limit of 2028 X displaces 1 Gtok/h in both years, as in 2026 with it."""
    years = {
        "time.years": [2026, 2028],
        "zones.Z.limit_mw": {2026: 10, 2028: 2},
    }
    result = ask(two_sites(4, 1, years), attribution=True)
    (without,) = result.lifted_limits or ()
    assert without.by_year == {2026: pytest.approx(1), 2028: pytest.approx(1)}
    assert [year.forced_by for year in result.by_year] == [(), ("Z",)]
    assert result.forced_by == ("Z",)
    assert [(limit.limit, limit.year) for limit in result.binding] == [("Z", 2028)]


def test_the_intervention_may_be_used_because_of_the_limit_only() -> None:
    """X serves at a loss of $1.5/Mtok against the cloud: only a full zone makes it worth it."""
    costly = changed(other_zone(), {"sites.X.serving_cost_usd_per_mtok": 2.5})
    result = ask(costly, attribution=True)
    (without,) = result.lifted_limits or ()
    assert (without.displacement, without.verdict) == (None, NOT_USED)
    assert result.forced_by == ("Z",)


def test_a_binding_zone_shared_by_both_forces_substitution() -> None:
    result = ask(same_zone(), attribution=True)
    (without,) = result.lifted_limits or ()
    # Without it the cloud serves 10 Gtok/h, and X takes 2 of them at half the energy.
    assert without.displacement == pytest.approx(2)
    assert result.forced_by == ("Z",)


@pytest.mark.parametrize(
    ("without", "bands", "names"),
    [
        (lifted("Z", 0.5), (0.3, 0.29, 0.31), ("Z",)),
        (lifted("Z", 0.35), (0.3, 0.29, 0.31), ()),
        (lifted("Z", 0.5), (0.3, 0.29, 0.45), ()),  # the interval reaches that band anyway
        (lifted("Z", 0.5), (0.3, None, None), ("Z",)),
        (lifted("Z", None, NOT_USED), (0.3, 0.29, 0.31), ("Z",)),
        (lifted("Z", None, UNDETERMINED), (0.3, 0.29, 0.31), ()),
        (lifted("other", 0.5), (0.3, 0.29, 0.31), ()),  # it does not bind
        (lifted("Z", 0.5), (None, None, None), ()),
    ],
)
def test_a_limit_forces_only_what_no_plan_of_the_verdict_has(
    without: LiftedLimit,
    bands: tuple[float | None, float | None, float | None],
    names: tuple[str, ...],
) -> None:
    displacement, *ends = bands
    assert forcing([without], [bound("Z")], displacement, Bounds(*ends)) == names
    assert forcing([without], [bound("Z")], displacement, Bounds(*ends), 2026) == names
    assert forcing([without], [bound("Z", with_it=0)], displacement, Bounds(*ends)) == ()


def test_a_file_that_names_a_limit_without_having_lifted_it_is_refused(tmp_path: Path) -> None:
    ask(other_zone()).save(tmp_path)
    document = json.loads((tmp_path / "displacement.json").read_text())
    assert document["forced_by"] == []
    (tmp_path / "displacement.json").write_text(json.dumps(document | {"forced_by": ["Z"]}))
    with pytest.raises(InputError, match=r"forced_by = Z: are not the limits without which"):
        load_displacement(tmp_path)
