"""What is printed at a study's end, and the tables of its analyses."""

import pytest

from optimizer.errors import InputError
from optimizer.report.tables.study import (
    counts_sentence,
    failures,
    provenance,
    scenarios,
    verdicts_sentence,
)
from optimizer.report.tables.study_analysis import (
    drivers_table,
    flips,
    measured,
    shares,
    shares_sentence,
)
from optimizer.report.tables.study_layout import DESIGN, LINE, MAP, SAMPLE, SWINGS, layout_of
from optimizer.studies.analysis import sobol_indices, tornado, verdict_map, verdict_shares
from tests.report.studies import (
    NAMES,
    of_a_design,
    of_a_line,
    of_a_map,
    of_a_sample,
    of_one_at_a_time,
    of_words,
)
from tests.report.studies import facts as told
from tests.studies.analysis.made import failed, row, sample, table

D = "edge_displacement"


@pytest.mark.parametrize(
    ("made_of", "kind", "across", "panels"),
    [
        (of_a_map, MAP, ("x", "y"), [""]),
        (of_a_line, LINE, ("x",), ["case base", "case tight"]),
        (of_words, LINE, ("channel",), [""]),
        (of_a_sample, SAMPLE, (), [""]),
        (of_a_design, DESIGN, (), [""]),
        (of_one_at_a_time, SWINGS, ("case",), [""]),
    ],
)
def test_what_suits_a_study(made_of, kind: str, across: tuple[str, ...], panels: list[str]) -> None:
    found = layout_of(*made_of())
    assert (found.kind, found.across) == (kind, across)
    assert [one.words for one in found.panels] == panels
    assert found.note == ""


def test_panels_left_out_are_counted() -> None:
    rows = [
        row({"x": x, "y": y, "z": z}, 0.5) for x in (1.0, 2) for y in (1.0, 2) for z in range(11)
    ]
    axes = tuple((name, f"set {name}") for name in "xyz")
    found = layout_of(table(rows), told(axes=axes))
    assert (len(found.panels), found.left_out) == (9, 2)
    assert found.note == (
        "Showing the first 9 of 11 combinations of z; the others are in the table of results."
    )
    assert [len(one.rows) for one in found.panels] == [4] * 9


def test_no_scenarios_and_a_missing_axis_are_errors() -> None:
    results, facts = of_a_map()
    with pytest.raises(InputError, match="nothing to show yet"):
        layout_of(results[:0], facts)
    with pytest.raises(InputError, match="x: no such column"):
        layout_of(results.drop(columns="x"), facts)


def test_counts_include_what_is_still_to_be_run() -> None:
    results, facts = of_a_map()
    results.loc[4, "status"] = "stopped"
    assert counts_sentence(results, facts) == (
        "5 of 6 scenarios have a plan; 1 of these stopped before reaching the gap."
    )
    assert counts_sentence(results, told(scenarios=10)).endswith("; 4 of 10 are still to be run.")


def test_failures_by_status_with_their_first_reasons() -> None:
    rows = [failed(row({"x": float(n)}, 0.5), "infeasible") for n in range(5)]
    for n, one in enumerate(rows):
        one["reason"] = f"zone {min(n, 3)}"
    rows.append(row({"x": 9.0}, 0.5) | {"edge_status": "time_limit"})
    rows.append(row({"x": 10.0}, 0.5))
    found = failures(table(rows).assign(edge_reason="world 1 ran out of time"), told())
    assert found is not None
    assert found.rows == (
        (
            "the plan",
            "infeasible",
            "5",
            "base/x=0.0: zone 0; base/x=1.0: zone 1; base/x=2.0: zone 2",
        ),
        ("edge", "time_limit", "1", "base/x=9.0: world 1 ran out of time"),
    )
    assert failures(table(rows[-1:]), told()) is None


def test_verdicts_are_counted_where_there_is_an_answer() -> None:
    results, _ = of_a_map()
    assert verdicts_sentence(results, "edge") == (
        "edge: of 5 scenarios with an answer, undetermined in 1, not used in 1, mostly substitutes"
        " in 1, other verdicts in 2; 1 more without an answer."
    )
    assert verdicts_sentence(results[:1], "edge") == "edge: no scenario has an answer."


def test_scenarios_show_no_figure_of_one_that_failed() -> None:
    results, facts = of_a_map()
    results.loc[4, ["status", "reason"]] = ["crashed", "out of memory"]
    shown = scenarios(results, facts)
    assert shown.columns[:5] == (
        "scenario",
        "status",
        "edge: verdict",
        "energy D of edge",
        "interval of edge",
    )
    assert shown.rows[4][1:] == ("crashed", "-", "-", "-", "-", "out of memory")
    assert shown.rows[3][2:5] == ("mostly substitutes", "0.75", "0.75")
    assert shown.note == ""


def test_only_the_first_of_many_scenarios_are_shown() -> None:
    rows = [row({"x": float(n)}, 0.5) for n in range(201)]
    shown = scenarios(table(rows), told())
    assert len(shown.rows) == 200
    assert shown.note == "The first 200 of 201; the others are in results.parquet."


def test_provenance_lists_axes_sample_and_options() -> None:
    results, _ = of_a_sample()
    rows = dict(provenance(*of_a_map()).rows)
    assert rows["axis x"] == "classes.*.x: -0.5, -0.2, 0"
    facts = told(method="sobol", seed=7, made=(("options", "gap 0.001"),))
    assert dict(provenance(results, facts).rows)["sample"] == "sobol, seed 7"
    assert provenance(results, facts).rows[-1] == ("options", "gap 0.001")


def test_flips_by_hand() -> None:
    results, _ = of_a_line()
    line = verdict_map(results, "x", None, "edge", {"case": "base"})
    # D = 1 + x over -0.5, -0.2, 0: it passes 0.6 at -0.4 and 0.9 at -0.1.
    assert flips(line).rows == (
        ("mixed", "mostly substitutes", "0.60", "-0.4"),
        ("mostly substitutes", "substitutes", "0.90", "-0.1"),
    )
    found = flips(verdict_map(of_a_map()[0], "x", "y", "edge"), "here")
    assert found.title == "Flips of the verdict on edge, here"
    assert found.columns == ("from", "to", "energy D", "x", "y")
    flat = verdict_map(table([row({"x": 1.0}, 0.5)]), "x", None, "edge")
    assert "flips nowhere" in flips(flat).note
    assert flips(flat).rows == ()


def test_shares_explain_their_base_and_interval() -> None:
    results, facts = of_a_sample()
    found = verdict_shares(results, "edge", NAMES)
    shown = shares(found, facts.method)
    assert shown.rows[-1][:3] == ("no answer", "1", "2.5%")
    assert "Shares are of all draws" in shown.note
    assert "conservative" in shown.note
    assert "conservative" not in shares(found, "monte_carlo").note
    assert "too narrow" in shares(found, "saltelli").note


def test_the_sentence_names_a_verdict_and_never_a_failure() -> None:
    bad = [failed(row({"a": float(n)}, 1.0, draw=n)) for n in range(3)]
    results = table([*bad, row({"a": 4.0}, 0.0, draw=4)])
    found = verdict_shares(results, "edge", ["a"])
    assert shares_sentence(found).startswith("edge: most often adds, in 25.0% of 4 draws (95%")
    none = verdict_shares(results[:3], "edge", ["a"])
    assert shares_sentence(none) == "edge: none of 3 draws has an answer."


def test_a_tornado_explains_its_figures() -> None:
    by_hand = drivers_table(tornado(table_of(of_one_at_a_time), NAMES, D))
    assert by_hand.title == "One at a time: energy D of edge, 0.50 at base"
    assert by_hand.rows[0] == ("b", "10", "5", "0.10", "20", "0.90")
    regressed = drivers_table(tornado(table_of(of_a_sample), NAMES, D))
    assert "standardised rank regression coefficients (SRRC)" in regressed.title
    assert regressed.rows[0][0] == "a"
    assert "From 39 draws. 1 draws without it are left out." in regressed.note
    assert "R²" in regressed.note


def test_indices_count_what_was_dropped() -> None:
    shown = drivers_table(sobol_indices(table_of(of_a_design), NAMES, D, seed=1))
    assert [row[0] for row in shown.rows] == ["a", "b", "c"]
    assert "32 blocks of the design. 1 are left out" in shown.note


def table_of(made_of):
    return made_of()[0]


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [
        ("edge_displacement", 0.0999999, "0.10"),
        ("edge_displacement", None, "-"),
        ("edge_rebound", 1.204, "120%"),
        ("welfare_usd", 1234567.0, "1,234,567"),
        ("gap", 0.00123, "0.001230"),
        ("gap", None, "-"),
    ],
)
def test_a_measure_as_text(measure: str, value: float | None, text: str) -> None:
    assert measured(measure, value) == text


def test_a_plan_alone_can_be_analysed_too() -> None:
    import numpy as np

    results = sample(np.random.default_rng(1).random((20, 3)), lambda a, b, c: a, NAMES)
    results["welfare_usd"] = 1e9 * results["b"]
    found = drivers_table(tornado(results, NAMES, "welfare_usd"))
    assert found.title.startswith("Drivers of welfare, $:")
    assert found.rows[0][0] == "b"
