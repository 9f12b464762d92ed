"""Solve every row of cases.csv and print the table that README.md shows.

    python instances/abilene/cases.py [CASE ...]

A row is the same as ``optimizer solve instances/abilene --gap 1e-5 --set ... --set ...`` with its
`sets` as options.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import optimizer as op

HERE = Path(__file__).parent
GAP = 1e-5
"""A turbine costs about half a percent of the campus's yearly cost, so counts need a small gap."""

TURBINE, SOLAR, BATTERY = "gas-turbine-34mw", "solar-10mw", "battery-4h-10mw"
CHIPS_A_NODE = 8
HEAD = ("case", "peak load, MW", "turbines", "MW", "solar, MW", "batteries, MW", "chips in use")


def cases() -> dict[str, tuple[str, ...]]:
    """Sets of each case, by name."""
    with (HERE / "cases.csv").open(newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["case"]: tuple(filter(None, row["sets"].split(";"))) for row in rows}


def outcome(sets: tuple[str, ...]) -> dict[str, float]:
    """What the plan of a case has: megawatts, turbines and chips.

    Raises
    ------
    RuntimeError
        Where the case has no plan.
    """
    plan = op.solve(op.load_instance(HERE, sets), gap=GAP)
    if not plan.has_point:
        raise RuntimeError(f"no plan: {plan.status}")
    there = plan.tables["generators"].set_index("generator")
    batteries = plan.tables["storage"]["units"].max()
    size = next(row.unit_mw for row in plan.instance.storage if row.id == BATTERY)
    return {
        "peak load, MW": float(plan.power["power_mw"].max()),
        "turbines": float(there["units"][TURBINE]),
        "MW": float(there["nameplate_mw"][TURBINE]),
        "solar, MW": float(there["nameplate_mw"][SOLAR]),
        "batteries, MW": float(batteries * size),
        "chips in use": float(plan.capacity["units_in_use"].sum()) * CHIPS_A_NODE,
    }


def table(names: list[str]) -> Iterator[str]:
    """Lines of the table, one a case."""
    yield f"| {' | '.join(HEAD)} |"
    yield "|---" * len(HEAD) + "|"
    for name in names:
        numbers = outcome(cases()[name])
        yield f"| {name} | {' | '.join(f'{numbers[what]:,.0f}' for what in HEAD[1:])} |"


if __name__ == "__main__":
    for line in table(sys.argv[1:] or list(cases())):
        sys.stdout.write(f"{line}\n")
