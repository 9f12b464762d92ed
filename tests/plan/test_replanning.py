"""Builds of an earlier plan are fixed, or started from, in an instance that may have changed."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

import optimizer as op
from optimizer.report.tables.plan import headline, run, status_in_words
from optimizer.schema.instance import Instance
from optimizer.solvers.search import whole as search_whole
from tests.factory import Edits, built_site, changed, every_kind, every_policy
from tests.properties.tiny import tiny_instances

GAP = 1e-6
WHOLE = {"classes.chat.single_site": True, "classes.chat.elasticity": 0}
MUST = {"classes.chat.must_serve": True}
MORE = {
    "workloads.E/chat.demand_gtok_per_h": {2026: 6, 2028: 12},
    "workloads.W/agent.demand_gtok_per_h": {2026: 5, 2028: 4},
}
KEYS = {
    "capacity": ["site", "hardware"],
    "generators": ["site", "generator"],
    "storage": ["site", "storage"],
    "connections": ["site"],
    "sites": ["site"],
}
AMOUNTS = {"connections": "built_mw", "sites": "open"}


def instance(edits: Edits | None = None) -> Instance:
    return every_policy(WHOLE | dict(edits or {}))


@cache
def planned() -> op.Plan:
    return op.solve(instance(), gap=GAP)


@cache
def kind() -> op.Plan:
    """A plan of `every_kind`, which builds pods of three pools, turbines and a battery."""
    return op.solve(every_kind(), gap=GAP)


@cache
def other() -> op.Plan:
    """The plan for more demand, which is not optimal for less."""
    return op.solve(instance(MORE), gap=GAP)


def built(plan: op.Plan, until: int) -> dict[str, dict[Any, float]]:
    """Everything that a plan builds, and which sites are open, in years up to one."""
    amounts = {}
    for name, key in KEYS.items():
        table = plan.tables[name]
        table = table[table["year"] <= until].drop_duplicates([*key, "year"])
        amount = AMOUNTS.get(name, "units_built")
        amounts[name] = table.set_index([*key, "year"])[amount].astype(float).to_dict()
    return amounts


def sits(plan: op.Plan, until: int) -> dict[Any, str]:
    """Site of each single-site workload by year."""
    table = plan.placement
    table = table[(table["class"] == "chat") & (table["year"] <= until)]
    total = table.groupby(["region", "year", "site"])["flow_gtok_per_h"].sum().reset_index()
    kept = total[total["flow_gtok_per_h"] > 1e-6]
    return dict(zip(zip(kept["region"], kept["year"], strict=True), kept["site"], strict=True))


def faults(instance: Instance, **options: Any) -> list[tuple[str, str | None, str]]:
    with pytest.raises(op.InputError) as caught:
        op.solve(instance, **options)
    assert {problem.file for problem in caught.value.problems} == {"options"}
    return [(problem.field, problem.value, problem.message) for problem in caught.value.problems]


def better_by(plan: op.Plan, than: op.Plan) -> float:
    """Welfare of one plan over another's, as a share of cost."""
    assert plan.welfare_usd is not None
    assert than.welfare_usd is not None
    assert than.cost_usd is not None
    return (plan.welfare_usd - than.welfare_usd) / than.cost_usd


@pytest.mark.slow
def test_the_two_plans_differ_in_what_is_fixed() -> None:
    """Otherwise the tests below would show nothing."""
    for until in (2026, 2028):
        first, second = built(planned(), until), built(other(), until)
        assert first["capacity"] != second["capacity"]
    assert sits(planned(), 2028) != sits(other(), 2028)
    for name in ("connections", "storage"):
        assert built(planned(), 2028)[name] != built(other(), 2028)[name]


@pytest.mark.slow
@pytest.mark.parametrize("until", [2026, 2027, 2028])
def test_fixed_builds_are_in_the_plan(until: int) -> None:
    plan = op.solve(instance(MORE), gap=GAP, fix_builds_from=planned(), until=until)
    assert plan.has_point
    assert built(plan, until) == built(planned(), until)
    assert sits(plan, until) == sits(planned(), until)
    assert op.verify(instance(MORE), plan) == []
    assert better_by(plan, other()) <= GAP
    if until < 2028:
        assert built(plan, 2028) != built(planned(), 2028)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"until": 2028}, {"until": 2100}])
def test_fixing_all_of_an_optimal_plan_gives_the_same_cost(options: dict[str, int]) -> None:
    plan = op.solve(instance(), gap=GAP, fix_builds_from=planned(), **options)
    assert abs(better_by(plan, planned())) <= GAP
    assert plan.cost_usd == pytest.approx(planned().cost_usd, rel=1e-5)


@pytest.mark.slow
def test_fixing_a_worse_plan_is_worse() -> None:
    plan = op.solve(instance(), gap=GAP, fix_builds_from=other())
    assert better_by(plan, planned()) < -GAP


@pytest.mark.slow
def test_until_before_the_first_year_fixes_nothing() -> None:
    plan = op.solve(instance(), gap=GAP, fix_builds_from=other(), until=2025)
    assert plan.welfare_usd == planned().welfare_usd
    assert plan.run.options["held"]["builds"] == []


@pytest.mark.slow
def test_the_run_records_what_is_fixed() -> None:
    plan = op.solve(instance(MORE), gap=GAP, fix_builds_from=planned(), until=2026)
    held = plan.run.options["held"]
    assert (held["until"], held["instance"]) == (2026, "every-kind")
    assert held["digest"] == planned().run.digest
    amounts = {(row["path"], row["what"]): row["amount"] for row in held["builds"] if row["amount"]}
    expected = {
        (f"{path}.{'/'.join(key[:-1])}", what): amount
        for table, path, what in (
            ("capacity", "pools", "hardware"),
            ("generators", "site_generators", "generator"),
            ("storage", "site_storage", "storage"),
            ("connections", "sites", "grid connection"),
        )
        for key, amount in built(planned(), 2026)[table].items()
        if amount
    }
    openings = {path for path, what in amounts if what == "opening"}
    assert {key: amounts[key] for key in expected} == expected
    assert len(amounts) == len(expected) + len(openings)
    assert {(row["workload"], row["year"]): row["site"] for row in held["placements"]} == {
        (f"{region}/chat", year): site for (region, year), site in sits(planned(), 2026).items()
    }
    held_words = " Builds fixed up to 2026 from a plan of every-kind: "
    assert held_words in status_in_words(plan)
    table = headline(plan)
    assert table is not None
    assert "no plan with these fixed builds has higher welfare" in str(table.rows)
    assert run(plan.run).rows[1][0] == "fixed builds"


@pytest.mark.slow
@pytest.mark.parametrize("start", [planned, other])
def test_a_start_ends_with_a_plan_as_good(start: Callable[[], op.Plan]) -> None:
    plan = op.solve(instance(), gap=GAP, start_from=start())
    assert plan.gap is not None
    assert plan.gap <= GAP
    assert abs(better_by(plan, planned())) <= GAP
    assert plan.bound_usd == pytest.approx(planned().bound_usd, rel=2 * GAP)
    assert plan.run.options["started_from"] == {
        "instance": "every-kind",
        "digest": start().run.digest,
    }
    assert plan.run.warnings == planned().run.warnings
    assert op.verify(instance(), plan) == []


def test_a_start_within_the_gap_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, start = op.solve(every_kind(), gap=0.1), kind()

    def never(*given: Any) -> None:
        raise AssertionError("rounding, though the start is within the gap")

    monkeypatch.setattr(search_whole, "roundings", never)
    with pytest.raises(AssertionError, match="rounding"):
        op.solve(every_kind(), gap=0.1)
    plan = op.solve(every_kind(), gap=0.1, start_from=start)
    assert plan.bound_usd == plain.bound_usd
    assert built(plan, 2028) == built(start, 2028)


@pytest.mark.slow
def test_the_order_of_records_and_additional_records_do_not_matter() -> None:
    """Every table is reversed, and there is one more site and pool."""
    data = instance(MORE).model_dump(mode="json", by_alias=True)
    for table, rows in data.items():
        if isinstance(rows, list):
            data[table] = rows[::-1]
    turned = changed(
        Instance.model_validate(data),
        {
            "sites.spare": {"kind": "cloud", "region": "W", "zone": "Z", "existing": False},
            "pools.spare/node": {"units_per_pod": 4, "max_pods": 9},
        },
    )
    plan = op.solve(turned, gap=GAP, fix_builds_from=planned(), until=2028)
    same = op.solve(instance(MORE), gap=GAP, fix_builds_from=planned(), until=2028)
    nothing = {("spare", "node", year): 0.0 for year in (2026, 2028)}
    amounts = built(plan, 2028)
    assert amounts["capacity"] == built(same, 2028)["capacity"] | nothing
    assert {k: v for k, v in amounts["sites"].items() if k[0] != "spare"} == built(same, 2028)[
        "sites"
    ]
    assert abs(better_by(plan, same)) <= 2 * GAP
    started = op.solve(turned, gap=0.02, start_from=planned())
    assert not [warning for warning in started.run.warnings if "start" in warning]


def test_pods_of_another_size_make_up_the_same_units() -> None:
    small = op.solve(built_site(MUST), gap=0)
    assert small.capacity["units_built"].tolist() == [10]
    halved = built_site({**MUST, "pools.C/node": {"units_per_pod": 5, "max_pods": 6}})
    plan = op.solve(halved, gap=0, fix_builds_from=small)
    assert plan.capacity["units_built"].tolist() == [10]
    assert plan.capacity["pods_built"].tolist() == [2]


def test_in_a_year_that_the_plan_lacks_nothing_is_built_and_sites_stay_open() -> None:
    years = {"time.years": [2026, 2027, 2028], "pools.off/node.max_pods_per_year": 20}
    plan = op.solve(every_kind(years), gap=1e-4, fix_builds_from=kind())
    later = plan.capacity[plan.capacity["year"] == 2027]
    assert (later["units_built"] == 0).all()
    opened = plan.tables["sites"].pivot(index="site", columns="year", values="open")
    assert (opened[2027] == opened[2026]).all()


def test_every_build_that_cannot_be_fixed_is_reported_by_name_at_once() -> None:
    plan = kind()
    assert {k: v for k, v in built(plan, 2028)["capacity"].items() if v} == {
        ("edge", "node", 2026): 30.0,
        ("cloud", "node", 2028): 44.0,
        ("off", "node", 2026): 80.0,
        ("off", "node", 2028): 80.0,
    }
    changes = {
        "pools.cloud/node": None,
        "pools.cloud/nodes": {"max_pods": 30, "units_per_pod": 4, "existing_units": 20},
        "hardware.nodes": every_kind().hardware[1].model_dump(exclude={"id"}),
        "serving.l-nodes": {
            **every_kind().serving[2].model_dump(exclude={"id"}),
            "hardware": "nodes",
        },
        "pools.off/node.units_per_pod": 12,
        "site_generators.off/gt.max_units": 1,
    }
    assert faults(every_kind(changes), fix_builds_from=plan) == [
        (
            "fix_builds_from",
            "pools.cloud/node in 2028",
            "the plan builds 44 units; this instance cannot build them there; did you mean nodes?",
        ),
        *(
            (
                "fix_builds_from",
                f"pools.off/node in {year}",
                "the plan builds 80 units; not a whole number of pods of 12",
            )
            for year in (2026, 2028)
        ),
        *(
            (
                "fix_builds_from",
                f"site_generators.off/gt in {year}",
                "the plan builds 3 units; at most 1 may be commissioned in that year",
            )
            for year in (2026, 2028)
        ),
    ]


@pytest.mark.parametrize(
    ("edits", "where", "message"),
    [
        (
            {"pools.off/node.lead_years": 1},
            "pools.off/node in 2026",
            "the plan builds 80 units; none may be commissioned in that year (lead time, or"
            " available_from)",
        ),
        (
            {"pools.off/node.max_pods": 22},
            "pools.off/node",
            "the plan builds 160 in the fixed years; at most 88 may be built",
        ),
        (
            {"time.years": [2027, 2028]},
            "pools.off/node in 2026",
            "the plan builds 80 units; not a year of this instance (2027, 2028): enter earlier"
            " builds as existing",
        ),
        (
            {"sites.off.available_from": 2027},
            "sites.off in 2026",
            "the plan has it open; available from 2027 here",
        ),
    ],
)
def test_a_build_that_cannot_be_fixed_is_reported(edits: Edits, where: str, message: str) -> None:
    plan = kind()
    assert ("fix_builds_from", where, message) in faults(every_kind(edits), fix_builds_from=plan)
    assert op.solve(every_kind(edits), gap=0.05, fix_builds_from=plan, until=2025).has_point


def test_a_site_that_no_longer_exists_is_reported() -> None:
    plan = kind()
    gone = {
        "sites.off": None,
        "pools.off/node": None,
        "site_generators": [],
        "site_storage.off/bat": None,
    }
    problems = faults(every_kind(gone), fix_builds_from=plan, until=2026)
    assert problems[-1] == (
        "fix_builds_from",
        "sites.off in 2026",
        "the plan opens a site not in this instance",
    )
    assert {value for _, value, _ in problems} >= {"pools.off/node in 2026"}
    started = op.solve(every_kind(gone), gap=GAP, start_from=plan)
    plain = op.solve(every_kind(gone), gap=GAP)
    assert abs(better_by(started, plain)) <= GAP
    assert {
        "the start omits sites.off in 2026: the plan opens a site not in this instance",
        "the start omits pools.off/node in 2026: the plan builds 80 units; this instance cannot"
        " build them there",
    } <= set(started.run.warnings)


@pytest.mark.slow
def test_a_placement_that_cannot_be_fixed_is_reported() -> None:
    plan = planned()
    where = {place: site for place, site in sits(plan, 2026).items() if site == "edge"}
    assert len(where) == 1
    ((region, _),) = where
    kinds = {"classes.chat.site_kinds": ["cloud", "offgrid"], "classes.chat.min_edge_share": None}
    problems = faults(
        instance({**kinds, "policy.min_edge_share": None}), fix_builds_from=plan, until=2026
    )
    assert problems == [
        (
            "fix_builds_from",
            f"workloads.{region}/chat in 2026",
            "the plan serves it at edge, which cannot serve it here",
        )
    ]


def test_meaningless_options_are_reported() -> None:
    nothing = op.solve(built_site({**MUST, "zones.Z.limit_mw": 0.01}))
    assert nothing.status == "infeasible"
    message = "ended without a plan, so it builds nothing"
    assert faults(built_site(), fix_builds_from=nothing, start_from=nothing) == [
        ("fix_builds_from", "infeasible", message),
        ("start_from", "infeasible", message),
    ]
    assert faults(built_site(), until=2026) == [
        (
            "until",
            "2026",
            "requires fix_builds_from, the plan whose builds to fix",
        )
    ]


def test_the_fixed_builds_are_blamed_only_if_they_cause_the_infeasibility() -> None:
    little = op.solve(built_site({"workloads.E/chat.demand_gtok_per_h": 1.8}), gap=0)
    plan = op.solve(built_site(MUST), fix_builds_from=little)
    assert plan.status == "infeasible"
    assert plan.run.warnings[-1] == (
        "the fixed builds cause the infeasibility: there is a plan without them"
    )
    assert status_in_words(plan) == (
        "Infeasible: no plan satisfies every constraint. Classes that must be served: chat. Builds"
        " fixed up to 2026 from a plan of one-site: 1 build, and nothing else built in those years."
    )
    tight = built_site({**MUST, "zones.Z.limit_mw": 0.01})
    either = op.solve(tight, fix_builds_from=little)
    assert either.run.warnings[-1] == "there is no plan without the fixed builds either"


@settings(max_examples=8)
@given(tiny_instances(), tiny_instances())
def test_fixing_an_optimum_keeps_it_and_fixing_another_plan_is_no_better(
    instance: Instance, like: Instance
) -> None:
    best = op.solve(instance, gap=0)
    kept = op.solve(instance, gap=0, fix_builds_from=best)
    slack = 1e-6 * max(abs(best.cost_usd or 0.0), 1.0)
    assert best.welfare_usd is not None
    assert kept.welfare_usd == pytest.approx(best.welfare_usd, abs=slack)
    assert op.verify(instance, kept) == []
    alien = op.solve(like, gap=0)
    started = op.solve(instance, gap=0, start_from=alien)
    assert started.welfare_usd == pytest.approx(best.welfare_usd, abs=slack)
    try:
        forced = op.solve(instance, gap=0, fix_builds_from=alien)
    except op.InputError:
        return
    if forced.welfare_usd is not None:
        assert forced.welfare_usd <= best.welfare_usd + slack


def test_a_plan_without_storage_builds_none() -> None:
    empty = replace(planned(), tables={**planned().tables, "storage": pd.DataFrame()})
    plan = op.solve(instance(), gap=0.05, fix_builds_from=empty)
    assert (plan.tables["storage"]["units_built"] == 0).all()
