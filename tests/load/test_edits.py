"""Edits scale and add to values, reach records by patterns, and are refused with exact messages."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.errors import InputError
from optimizer.load import Edit, load_instance, with_overrides
from optimizer.schema.instance import Instance
from tests.broken.case import BASE

BASIS = load_instance(BASE)


def edit(path: str, how: Any, value: Any) -> Edit:
    return Edit(path, how, value, f"{how} {path}")


def edited(*edits: Edit | str) -> Instance:
    """The base instance with edits, which must be the same applied to its files or in memory."""
    read = load_instance(BASE, edits)
    assert with_overrides(BASIS, edits) == read
    return read


@pytest.mark.parametrize(
    ("path", "how", "value", "reached"),
    [
        (
            "zones.DOM.limit_mw",
            "scale",
            1.5,
            lambda i: i.zones[0].limit_mw == {2026: 180, 2027: 165},
        ),
        (
            "zones.DOM.limit_mw.2027",
            "add",
            -30,
            lambda i: i.zones[0].limit_mw == {2026: 120, 2027: 80},
        ),
        (
            "workloads.EAST/chat.demand_gtok_per_h",
            "scale",
            2,
            lambda i: (
                i.workloads[0].demand_gtok_per_h == {0: 2 * BASIS.workloads[0].demand_gtok_per_h[0]}
            ),
        ),
        ("network.base_ms", "scale", 2, lambda i: i.network.base_ms == 2 * 16.3),
        ("zones.DOM.reserve_margin", "add", 0.2, lambda i: i.zones[0].reserve_margin == 0.2),
        ("money.discount_rate", "scale", 0, lambda i: i.money.discount_rate == 0),
        ("time.days", "scale", 1.2, lambda i: i.time.days == round(1.2 * BASIS.time.days)),
        ("time.days", "add", 0.4, lambda i: i.time.days == BASIS.time.days),
        ("time.years", "add", 1, lambda i: i.time.years == tuple(y + 1 for y in BASIS.time.years)),
        ("time.years.1", "add", 3, lambda i: i.time.years == (2026, BASIS.time.years[1] + 3)),
        (
            "profiles.system.values",
            "scale",
            0.5,
            lambda i: i.profiles[1].values == tuple(0.5 * v for v in BASIS.profiles[1].values),
        ),
    ],
)
def test_an_edit_changes_the_value_at_its_path(
    path: str, how: str, value: float, reached: Any
) -> None:
    assert reached(edited(edit(path, how, value)))


def test_a_value_missing_from_the_files_counts_as_its_default() -> None:
    assert "markup" not in (BASE / "classes.csv").read_text()
    read = edited(edit("classes.*.markup", "scale", 3))
    assert {one.markup for one in read.classes} == {3 * BASIS.classes[0].markup}


def test_a_whole_number_field_is_rounded() -> None:
    for factor, due in ((1.01, 25), (1.06, 26), (1.07, 27), (0.02, 0), (0.06, 2)):
        (pool,) = (p for p in BASIS.pools if p.site == "ashburn")
        path = f"pools.ashburn/{pool.hardware}.max_pods"
        read = edited(f"{path}=25", edit(path, "scale", factor))
        assert next(p for p in read.pools if p.site == "ashburn").max_pods == due


def test_a_share_scaled_to_one_is_exactly_one() -> None:
    path = "zones.DOM.reserve_margin"
    read = edited(f"{path}=0.92", edit(path, "scale", 1 / 0.92))
    assert read.zones[0].reserve_margin == 1


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("*/chat", {"EAST/chat", "WEST/chat"}),
        ("EAST/*", {"EAST/chat", "EAST/code"}),
        ("?AST/[a-d]*", {"EAST/chat", "EAST/code"}),
        ("*", {"EAST/chat", "EAST/code", "WEST/chat", "WEST/code"}),
        ("WEST/chat", {"WEST/chat"}),
    ],
)
def test_a_pattern_means_every_matching_record(pattern: str, meant: set[str]) -> None:
    found = {f"{w.region}/{w.workload_class}" for w in BASIS.workloads}
    assert meant & found
    read = edited(edit(f"workloads.{pattern}.demand_gtok_per_h", "scale", 3))
    changed = {
        f"{now.region}/{now.workload_class}"
        for now, was in zip(read.workloads, BASIS.workloads, strict=True)
        if now != was
    }
    assert changed == meant & found
    assert load_instance(BASE, [f"workloads.{pattern}.demand_gtok_per_h=1e-9"]) != BASIS


def test_a_pattern_ignores_records_without_a_value() -> None:
    limited = [site.it_limit_mw for site in BASIS.sites]
    first = BASIS.sites[0].id
    others = [f"sites.{site.id}.it_limit_mw=" for site in BASIS.sites[1:]]
    some = [f"sites.{first}.it_limit_mw=1000", *others]
    assert len(limited) > 1
    read = edited(*some, edit("sites.*.it_limit_mw", "scale", 2))
    assert [site.it_limit_mw for site in read.sites] == [{0: 2000}, *[None] * len(others)]


def test_an_assumption_is_found_by_its_path_or_a_pattern() -> None:
    one = BASIS.assumptions[0]
    read = edited(edit("assumptions.*.high", "add", 1))
    assert [a.high for a in read.assumptions] == [a.high + 1 for a in BASIS.assumptions]
    read = edited(edit(f"assumptions.{one.path}.high", "add", 1))
    assert read.assumptions[0].high == one.high + 1


LIMIT = "zones.DOM.limit_mw"


@pytest.mark.parametrize(
    ("path", "how", "value", "message"),
    [
        ("title", "scale", 2, "title holds text: nothing to scale"),
        ("zones.DOM", "scale", 2, "zones.DOM holds a record: nothing to scale"),
        ("zones", "add", 2, "zones holds records: nothing to add"),
        ("time.hours_per_step", "scale", 2,
         "time.hours_per_step holds one of 1, 2, 3, 4, 6, 8, 12, 24: nothing to scale"),
        ("classes.chat.must_serve", "add", 1, "classes.chat.must_serve holds true or false:"
         " nothing to add"),
        ("zones.DOM.capacity_mw", "scale", 2,
         "zones.DOM.capacity_mw is not set, so there is nothing to scale"),
        ("zones.*.capacity_mw", "add", 2,
         "zones.DOM.capacity_mw is not set, so there is nothing to add"),
        ("zones.DOM.limit_mw.2030", "scale", 2,
         "zones.DOM.limit_mw has no value for 2030; it has values for 2026, 2027"),
        ("workloads.EAST/chat.demand_gtok_per_h.2027", "scale", 2,
         "workloads.EAST/chat.demand_gtok_per_h has one value for all years, so one year cannot"
         " be scaled on its own; set the whole path, as in"
         " workloads.EAST/chat.demand_gtok_per_h={2027: ..., other years}"),
        (LIMIT, "scale", math.inf, "a factor must be a finite number, not inf"),
        (LIMIT, "scale", "much", "a factor must be a finite number, not much"),
        (LIMIT, "scale", True, "a factor must be a finite number, not true"),
        (LIMIT, "add", None, "an amount must be a finite number, not null"),
        (LIMIT, "add", [1], "an amount must be a finite number, not a list or mapping"),
        ("zones.D?M?.limit_mw", "scale", 2, "no id in zones matches D?M?; did you mean DOM?"),
        ("zones.X*.limit_mw", "scale", 2, "no id in zones matches X*; zones has DOM"),
        ("zones.dom*.limit_mw", "scale", 2, "no id in zones matches dom*; did you mean DOM?"),
        ("workloads.*/chad.demand_gtok_per_h", "scale", 2,
         "no id in workloads matches */chad; did you mean chat?"),
        ("zones.D*.limit_mv", "scale", 2, "no field limit_mv in zones.DOM; did you mean limit_mw?"),
        ("zones.*.limit_mw.*", "scale", 2,
         "zones.*.limit_mw is not a table of records, so * matches nothing"),
        ("zones.DOM.limit_mw.20*", "set", 2,
         "zones.DOM.limit_mw is not a table of records, so 20* matches nothing"),
        ("links.*.rtt_ms", "scale", 2, "links has no records, so * matches nothing"),
        ("zones.D*.reserve_margin", "add", 1.5,
         "zones.DOM.reserve_margin = 1.5: must be at most 1 (fraction);"
         " a percentage? 1.5% is 0.015"),
        ("time.days", "scale", 1e300, None),
    ],
)  # fmt: skip
def test_an_invalid_edit_is_refused(path: str, how: str, value: Any, message: str | None) -> None:
    with pytest.raises(InputError) as caught:
        load_instance(BASE, [edit(path, how, value)])
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{how} {path}: ")
    assert message is None or line == f"{how} {path}: {message}"
    with pytest.raises(InputError) as again:
        with_overrides(BASIS, [edit(path, how, value)])
    assert str(again.value) == str(caught.value)


def test_all_faults_are_reported_at_once_in_order() -> None:
    overrides = ["time.days=0", edit("title", "scale", 2), "foo", edit("zone", "add", 1)]
    with pytest.raises(InputError) as caught:
        load_instance(BASE, overrides)
    told = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert told == ["--set time.days=0", "scale title", "--set foo", "add zone"]


def test_a_fault_that_an_edit_causes_elsewhere_is_reported() -> None:
    full = with_overrides(BASIS, ["sites.ashburn.it_limit_mw=1000"])
    with pytest.raises(InputError) as caught:
        with_overrides(full, [edit("pools.ashburn/*.existing_units", "scale", 1000)])
    assert str(caught.value) == (
        "base: sites.ashburn.it_limit_mw: is 1000 MW in 2026, less than the 20000 MW that the"
        " existing_units of its pools need at loaded_w"
    )


def numbers(value: Any) -> list[float]:
    """Every number of a dumped instance, in order."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [number for one in inner for number in numbers(one)]
    return [] if isinstance(value, bool | str | None) else [float(value)]


def alike(one: Instance, other: Instance) -> bool:
    first, second = (numbers(json.loads(i.to_json())) for i in (one, other))
    return first == pytest.approx(second, rel=1e-13, abs=1e-9)


PATHS = st.sampled_from(
    ["zones.DOM.limit_mw", "zones.*.limit_mw.2026", "workloads.*/chat.demand_gtok_per_h",
     "workloads.*.demand_gtok_per_h", "network.base_ms", "profiles.system.values"]
)  # fmt: skip


@given(PATHS, st.floats(1e-3, 1e3))
def test_scaling_there_and_back_restores_the_value(path: str, factor: float) -> None:
    there = with_overrides(BASIS, [edit(path, "scale", factor)])
    assert factor == 1 or there != BASIS or math.isclose(factor, 1, rel_tol=1e-13)
    assert alike(with_overrides(there, [edit(path, "scale", 1 / factor)]), BASIS)


@given(PATHS, st.floats(0, 1e4))
def test_adding_and_subtracting_restores_the_value(path: str, amount: float) -> None:
    there = with_overrides(BASIS, [edit(path, "add", amount)])
    assert alike(with_overrides(there, [edit(path, "add", -amount)]), BASIS)


@given(st.permutations(["*/chat", "EAST/*", "*", "?EST/c*"]), st.floats(0.1, 10))
def test_the_order_of_factors_does_not_matter(patterns: list[str], factor: float) -> None:
    edits = [edit(f"workloads.{one}.demand_gtok_per_h", "scale", factor) for one in patterns]
    assert alike(with_overrides(BASIS, edits), with_overrides(BASIS, sorted(edits, key=repr)))


@given(PATHS)
def test_a_factor_of_one_and_an_amount_of_zero_change_nothing(path: str) -> None:
    assert with_overrides(BASIS, [edit(path, "scale", 1), edit(path, "add", 0)]) == BASIS
