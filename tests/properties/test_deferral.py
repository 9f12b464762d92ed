"""Deferral, against flows from hours of arrival to hours of service."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

import optimizer as op
from tests.composed import optimum_usd
from tests.factory import changed, one_site

HOURS, NODE = 24, 0.36
MWH_PER_GTOK = 1 / 36
CHOKE, PENALTY = 20.0, 1.0


@st.composite
def days(draw: st.DrawFn) -> dict[str, Any]:
    """Edits of `one_site`: a day of demand and prices, nodes, megawatts, and flexible work."""
    profile = st.lists(st.integers(0, 4), min_size=HOURS, max_size=HOURS).filter(any)
    price = st.lists(st.integers(0, 3), min_size=HOURS, max_size=HOURS).filter(any)
    limit = st.none() | st.integers(2, 10).map(lambda n: n / 50)
    return {
        "profiles": [
            {"id": "day", "values": draw(profile)},
            {"id": "price", "values": draw(price)},
        ],
        "time.hours_per_step": draw(st.sampled_from([1, 1, 2, 3, 4, 6, 8, 12])),
        "classes.chat.profile": "day",
        "classes.chat.flexible_share": draw(st.sampled_from([0.25, 0.5, 0.9, 1.0])),
        "classes.chat.defer_within_h": draw(st.integers(1, 23)),
        "classes.chat.shed_penalty_usd_per_mtok": PENALTY,
        "hardware.node.idle_w": 0,
        "pools.C/node.existing_units": draw(st.integers(4, 25)),
        "zones.Z.limit_mw": draw(limit),
        "zones.Z.price_profile": "price",
        "zones.Z.energy_price_usd_per_mwh": draw(st.sampled_from([50, 5000])),
    }


def best_usd_a_day(instance: op.Instance, steps: pd.DataFrame) -> float:
    """Highest welfare of a day, by a linear program over (hour of arrival, hour of service).

    Columns: the share accepted, served and shed in each step, and Gtok of each hour's flexible
    work done in each hour up to the deadline, the next day's among them.  An hour does the same as
    any other of its step.
    """
    group, zone = instance.classes[0], instance.zones[0]
    share, within_h = group.flexible_share, group.defer_within_h
    assert within_h is not None
    length = steps["length_h"].to_numpy(dtype=int)
    step_of = np.repeat(np.arange(len(length)), length)

    def mean(values: np.ndarray) -> np.ndarray:
        return np.array([values[step_of == k].mean() for k in range(len(length))])[step_of]

    demand = 3.6 * mean(_mean_one(instance, "day"))
    price = zone.energy_price_usd_per_mwh[0] * mean(_mean_one(instance, "price"))
    count = len(length)
    waits = within_h + 1
    columns = 1 + 2 * count + HOURS * waits
    served, shed, flow = 1, 1 + count, 1 + 2 * count

    rows = sparse.lil_array((2 * HOURS, columns))
    for hour in range(HOURS):
        # All flexible work of the hour is done in it or in one of the next hours.
        rows[hour, 0] = -share * demand[hour]
        rows[hour, flow + hour * waits : flow + (hour + 1) * waits] = 1.0
        # Work of the hour: its own inflexible work, and work that has waited.
        rows[HOURS + hour, 0] = -(1 - share) * demand[hour]
        rows[HOURS + hour, served + step_of[hour]] = 1.0
        rows[HOURS + hour, shed + step_of[hour]] = 1.0
        for waited in range(waits):
            rows[HOURS + hour, flow + ((hour - waited) % HOURS) * waits + waited] = -1.0

    gain = np.zeros(columns)
    gain[0] = CHOKE * 1e3 * demand.sum()
    np.subtract.at(gain, served + step_of, MWH_PER_GTOK * price)
    gain[shed:flow] = -(CHOKE + PENALTY) * 1e3 * length
    most = instance.pools[0].existing_units[0] * NODE
    if zone.limit_mw is not None:
        most = min(most, zone.limit_mw[0] / MWH_PER_GTOK)
    upper = np.full(columns, np.inf)
    upper[0], upper[served:shed] = 1.0, most
    answer = linprog(
        -gain,
        A_eq=rows.tocsr(),
        b_eq=np.zeros(2 * HOURS),
        bounds=np.column_stack([np.zeros(columns), upper]),
    )
    assert answer.status == 0, answer.message
    return -float(answer.fun)


def _mean_one(instance: op.Instance, name: str) -> np.ndarray:
    values = np.array(next(p.values for p in instance.profiles if p.id == name), dtype=float)
    return values / values.mean()


@settings(max_examples=60)
@given(days())
def test_the_optimum_equals_that_of_flows_between_hours(edits: dict[str, Any]) -> None:
    instance = one_site(edits)
    plan = op.solve(instance, gap=1e-9)
    steps = plan.tables["demand"][["start_h", "length_h"]]
    best = 365 * best_usd_a_day(instance, steps)
    assert plan.welfare_usd == pytest.approx(best, rel=1e-7, abs=10)


@settings(max_examples=40)
@given(days(), st.integers(1, 22), st.integers(1, 9))
def test_a_longer_deadline_never_hurts(edits: dict[str, Any], within_h: int, tenths: int) -> None:
    def worth(share: float, hours: int) -> float:
        waits = {"classes.chat.flexible_share": share, "classes.chat.defer_within_h": hours}
        return optimum_usd(changed(one_site(edits), waits), 1e-9)[0]

    some, longer, more = (
        worth(share, hours)
        for share, hours in (
            (tenths / 10, within_h),
            (tenths / 10, within_h + 1),
            (tenths / 10 + 0.1, within_h),
        )
    )
    slack = 1e-8 * abs(some) + 1
    assert min(longer, more) >= some - slack
