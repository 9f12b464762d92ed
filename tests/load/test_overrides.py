"""``--set``: what it reaches, what it refuses, and that order counts."""

from typing import Any

import pytest

from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.schema.instance import Instance
from tests.broken.case import BASE


def refused(*overrides: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_instance(BASE, overrides)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("override", "reached"),
    [
        ("zones.DOM.limit_mw.2027=90", lambda i: i.zones[0].limit_mw == {2026: 120, 2027: 90}),
        ("zones.DOM.limit_mw.2030=90", lambda i: i.zones[0].limit_mw[2030] == 90),
        ("zones.DOM.limit_mw=90", lambda i: i.zones[0].limit_mw == {0: 90}),
        ("zones.DOM.limit_mw={2027: 7}", lambda i: i.zones[0].limit_mw == {2026: 120, 2027: 7}),
        ("zones.DOM.limit_mw=", lambda i: i.zones[0].limit_mw is None),
        ("classes.chat.elasticity=-0.9", lambda i: i.classes[0].elasticity == -0.9),
        ("classes.chat.must_serve=true", lambda i: i.classes[0].must_serve),
        ("classes.code.site_kinds=[cloud]", lambda i: i.classes[1].site_kinds == ("cloud",)),
        (
            "workloads.WEST/chat.demand_gtok_per_h=7",
            lambda i: i.workloads[2].demand_gtok_per_h == {0: 7},
        ),
        ("network.access_ms.edge=4", lambda i: i.network.access_ms.edge == 4),
        ("policy.co2_price_usd_per_t=51", lambda i: i.policy.co2_price_usd_per_t == 51),
        (
            "time={days: 4, hours_per_step: 1}",
            lambda i: (i.time.days, i.time.years[0]) == (4, 2026),
        ),
        ("time.years.1=2028", lambda i: i.time.years == (2026, 2028)),
        ("profiles.system.values.3=9", lambda i: i.profiles[1].values[3] == 9),
        (
            "assumptions.zones.DOM.limit_mw.2027.high=200",
            lambda i: i.assumptions[0].high == 200,
        ),
        ("title=no", lambda i: i.title == "no"),
        ("title=a=b", lambda i: i.title == "a=b"),
        (
            "zones.DOM.supply_blocks=[{size_mw: 5, adder_usd_per_mwh: 1}]",
            lambda i: i.zones[0].supply_blocks[0].size_mw == {0: 5},
        ),
        ("links=[{region: EAST, site: ashburn, rtt_ms: 9}]", lambda i: i.links[0].rtt_ms == 9),
    ],
)
def test_an_override_sets_the_value_at_its_path(override: str, reached: Any) -> None:
    assert reached(load_instance(BASE, [override]))


def changed_fields(one: Instance, other: Instance) -> set[str]:
    return {name for name, value in one if value != getattr(other, name)}


def test_an_override_changes_nothing_else() -> None:
    assert changed_fields(
        load_instance(BASE), load_instance(BASE, ["zones.DOM.limit_mw.2027=90"])
    ) == {"zones"}


def test_later_overrides_apply_on_top_of_earlier_ones() -> None:
    overrides = ["zones.DOM.limit_mw={2026: 1, 2027: 2}", "zones.DOM.limit_mw.2027=3"]
    assert load_instance(BASE, overrides).zones[0].limit_mw == {2026: 1, 2027: 3}


def test_an_override_can_correct_an_invalid_file(tmp_path: Any) -> None:
    from tests.broken.case import cases

    (case,) = (case for case in cases() if case.name == "range_low")
    assert load_instance(case.build(tmp_path), ["zones.DOM.limit_mw.2026=5"]).zones[0].limit_mw


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("zones.DOMM.limit_mw=5", "no such id in zones; did you mean DOM?"),
        ("zones.X.limit_mw=5", "no such id in zones; zones has DOM"),
        ("links.EAST/ashburn.rtt_ms=5", "no such id in links; links has none"),
        ("sitess.a.b=1", "no field sitess in an instance; did you mean sites?"),
        ("zones.DOM.limit_mv=5", "no field limit_mv in zones.DOM; did you mean limit_mw?"),
        ("zones.DOM.limit_mw.20Z7=5", "20Z7 is not a year of zones.DOM.limit_mw"),
        ("time.days.x=5", "time.days is a single value and has nothing below it"),
        ("time.years.7=2030", "no element 7 in time.years; it has 2, numbered from 0"),
        ("time.days", "an override must have the form path=value"),
        ("=5", "an override must have the form path=value"),
        ("time.days=0", "must be at least 1 (days)"),
        ("time.days={a: 1}", "must be a whole number (days)"),
        ("time={days: 0}", "time.days = 0: must be at least 1 (days)"),
        ("time=5", "must be a mapping of fields"),
        ("time.day=5", "no field day in time; did you mean days?"),
        ("money.discount_rate=", "must be a number (fraction)"),
        ("name={a: 1, a: 2}", "its value is invalid: key is given twice, first in line 1"),
        ("sites.ashburn.zone=DOMM", "no such id in zones; did you mean DOM?"),
        (
            "pools.phones/handset.max_pods=3",
            "must be 0: the units of a device fleet are given by year",
        ),
        (
            "workloads.EAST/chat.demand_gtok_per_h.2027=5",
            "workloads.EAST/chat.demand_gtok_per_h has one value for all years, so one year"
            " cannot be set on its own; set the whole path, as in"
            " workloads.EAST/chat.demand_gtok_per_h={2027: ..., other years}",
        ),
        ("zones.DOM.capacity_mw.2027=5", "zones.DOM.capacity_mw is not set, so one year cannot"),
    ],
)
def test_an_invalid_override_is_refused(override: str, message: str) -> None:
    (line,) = refused(override)
    assert line.startswith(f"--set {override}: {message}")


def test_invalid_overrides_are_reported_at_once_in_order() -> None:
    overrides = ["time.days=0", "zones.DOMM.limit_mw=5", "name=a b", "foo"]
    found = refused(*overrides)
    assert [line.split(": ")[0] for line in found] == [f"--set {one}" for one in overrides]
