"""A study run and read back: every scenario a row, in order, once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer as op
from optimizer.studies import worker
from optimizer.studies.summary import summarize
from tests.factory import one_site

PRICES = {"name": "price", "set": "zones.Z.energy_price_usd_per_mwh", "values": [30, 60, 90]}
LOADS = {"name": "load", "overrides": {"all": [], "half": ["half"]}}
OVERRIDES = {"half": {"scale": {"workloads.*.demand_gtok_per_h": 0.5}}}


def study(**more: Any) -> op.Study:
    fields = {"name": "s", "axes": [PRICES, LOADS], "overrides": OVERRIDES, **more}
    return op.Study(one_site(), **fields)


def run(one: op.Study, out: Path, **more: Any) -> pd.DataFrame:
    with ThreadPoolExecutor(1) as executor:
        return one.run(out, jobs=1, executor=executor, **more)


def test_rows_are_in_the_order_of_the_study_and_typed(tmp_path: Path) -> None:
    results = run(study(), tmp_path / "out")
    assert list(results["scenario"]) == [one.name for one in study().scenarios]
    assert list(results["price"]) == [30, 30, 60, 60, 90, 90]
    assert list(results["load"]) == ["all", "half"] * 3
    assert set(results["status"]) == {"solved"}
    assert str(results["draw"].dtype) == "Int64"
    # Dearer energy is never worth more.
    for _, same_load in results.groupby("load"):
        assert same_load["welfare_usd"].is_monotonic_decreasing


def test_nothing_is_solved_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[object] = []
    real = worker.solve

    def counted(*args: Any, **options: Any) -> op.Plan:
        solved.append(args)
        return real(*args, **options)

    monkeypatch.setattr(worker, "solve", counted)
    out = tmp_path / "out"
    first = run(study(axes=[PRICES]), out)
    assert len(solved) == 3
    again = run(study(axes=[PRICES]), out)
    assert len(solved) == 3
    assert again.equals(first)
    # A value more is one more to solve; the names of cases are no part of what determines it.
    more = {**PRICES, "values": [30, 45, 60, 90]}
    wider = run(study(axes=[more], scenarios={"a": [], "b": []}), out)
    assert len(solved) == 4
    assert len(wider) == 8
    assert list(wider["case"]) == ["a"] * 4 + ["b"] * 4
    a, b = (wider[wider["case"] == case]["welfare_usd"].tolist() for case in "ab")
    assert a == b


def test_rows_are_yielded_as_they_arrive_and_the_rest_is_resumed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with ThreadPoolExecutor(1) as executor:
        coming = study().stream(out, jobs=1, executor=executor)
        row, tally = next(coming)
        assert row["status"] == "solved"
        assert (tally.scenarios, tally.done, tally.before, tally.complete) == (6, 1, 0, False)
        coming.close()
    kept = study().tally(out)
    assert 1 <= kept.done < 6
    assert len(study().results(out)) == kept.done
    done = [tally for _, tally in study().stream(out, jobs=1)]
    assert [one.before for one in done] == [kept.done] * (6 - kept.done)
    assert done[-1].complete


def test_failed_scenarios_are_rerun_only_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise op.SolverError("no licence")

    out, one = tmp_path / "out", study(axes=[PRICES])
    with monkeypatch.context() as broken:
        broken.setattr(worker, "solve", fails)
        results = run(one, out)
    assert set(results["status"]) == {"failed"}
    assert set(results["reason"]) == {"SolverError: no licence"}
    assert one.tally(out).failures == 3
    assert set(run(one, out)["status"]) == {"failed"}
    assert set(run(one, out, again=True)["status"]) == {"solved"}
    assert one.tally(out).failures == 0


def test_a_study_can_be_read_from_its_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    results = run(study(), out)
    back = op.Study.open(out)
    assert back.results(out).equals(results)
    assert [one.digest for one in back.scenarios] == [one.digest for one in study().scenarios]
    assert summarize(back) == summarize(study())
    with pytest.raises(op.InputError, match=r"is this the folder of a study's results\?"):
        op.Study.open(tmp_path)


def test_changes_that_fail_only_together_become_a_row(tmp_path: Path) -> None:
    room = {"name": "room", "set": "sites.C.it_limit_mw", "values": [10.0, 0.001]}
    fleet = {"name": "fleet", "set": "pools.C/node.existing_units", "values": [0.0, 100.0]}
    results = run(op.Study(one_site(), axes=[room, fleet]), tmp_path / "out")
    assert list(results["status"]) == ["solved", "solved", "solved", "bad_input"]
    assert "existing_units" in results["reason"].iloc[-1]
    assert pd.isna(results["welfare_usd"].iloc[-1])


def test_a_summary_lists_what_varies() -> None:
    sample = {
        "draws": 4,
        "assumptions": "none",
        "parameters": [
            {
                "name": "p",
                "scale": "zones.Z.limit_mw",
                "distribution": {"triangular": [0.5, 1, 2]},
            }
        ],
    }
    facts = summarize(study(sample=sample))
    assert facts.axes == (
        ("price", "sets zones.Z.energy_price_usd_per_mwh"),
        ("load", "all: nothing; half: half"),
    )
    assert facts.parameters == (("p", "triangular 0.5, 1, 2; scales zones.Z.limit_mw"),)
    assert (facts.scenarios, facts.method, facts.seed) == (24, "latin_hypercube", 0)
