"""Tables of results written down by hand: nothing is solved."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from optimizer.counterfactual.verdict import NOT_USED, UNDETERMINED, judge
from optimizer.studies.analysis.outcomes import Floats

SPREAD = 0.0
EMPTY = ("edge_verdict", "edge_displacement", "edge_low", "edge_high")


def row(
    inputs: Mapping[str, Any],
    displacement: float | None,
    within: float = SPREAD,
    case: str = "base",
    draw: int | None = None,
) -> dict[str, Any]:
    """A solved scenario with its inputs before its status; without D, not used."""
    named = "/".join(f"{name}={value}" for name, value in inputs.items())
    drawn = "" if draw is None else f"/draw-{draw:04d}"
    low = None if displacement is None else displacement - within
    high = None if displacement is None else displacement + within
    said = NOT_USED if displacement is None else judge(displacement, low or 0.0, high or 0.0)
    return {
        "scenario": f"{case}/{named}{drawn}",
        "case": case,
        "draw": draw,
        **inputs,
        "status": "solved",
        "reason": None,
        "seconds": 1.5,
        "welfare_usd": 1e9,
        "edge_status": "solved",
        "edge_verdict": said,
        "edge_displacement": displacement,
        "edge_low": low,
        "edge_high": high,
    }


def failed(one: dict[str, Any], status: str = "infeasible") -> dict[str, Any]:
    """The same scenario without an answer."""
    none = dict.fromkeys(("welfare_usd", "edge_status", *EMPTY))
    return one | none | {"status": status, "reason": f"it ended {status}"}


def open_ended(one: dict[str, Any]) -> dict[str, Any]:
    """The same scenario with an interval over more than two bands."""
    return one | {"edge_verdict": UNDETERMINED, "edge_low": -0.5, "edge_high": 1.5}


def table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    made["draw"] = made["draw"].astype("Int64")
    return made


def grid(
    xs: Sequence[float],
    ys: Sequence[float],
    field: Callable[[float, float], float | None],
    within: float = SPREAD,
) -> pd.DataFrame:
    """One scenario per cell of two axes."""
    return table([row({"x": x, "y": y}, field(x, y), within) for x, y in product(xs, ys)])


def sample(
    points: Floats, field: Callable[..., float | None], names: Sequence[str]
) -> pd.DataFrame:
    """One scenario per draw."""
    return table(
        [
            row(dict(zip(names, map(float, point), strict=True)), field(*point), draw=number)
            for number, point in enumerate(points)
        ]
    )


def shuffled(results: pd.DataFrame, seed: int = 5) -> pd.DataFrame:
    """The same rows in another order, with another index."""
    order = np.random.default_rng(seed).permutation(len(results))
    return results.iloc[order].reset_index(drop=True)
