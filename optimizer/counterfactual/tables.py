"""The answer of a comparison as tables, for whoever reads many of them."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.counterfactual.measures import Measure

if TYPE_CHECKING:
    from optimizer.counterfactual.results import Displacement

UNITS = {"tokens": "gtok", "energy": "mwh", "draw": "mwh", "peak": "mw"}
"""Measures of an answer, each in its unit."""

SPLIT = ("tokens", "energy", "peak")
"""Measures whose change is split by cause."""


def answer_tables(answer: "Displacement") -> dict[str, pd.DataFrame]:
    """Return the answer's tables by name, units in the columns' names.

    Returns
    -------
    dict of str to DataFrame
        ``by_year`` (a row a year: verdict, interval, and each measure), ``zones`` (a row a zone
        and year), ``attribution`` (a row a cause), ``elasticity`` (a row an elasticity).  One
        that has nothing is empty.
    """
    split = answer.attribution
    causes: dict[str, Any] = {}
    if split is not None:
        causes = {
            "cause": list(asdict(split.energy)),
            **{
                f"{name}_{UNITS[name]}": list(asdict(getattr(split, name)).values())
                for name in SPLIT
            },
        }
    return {
        "by_year": pd.DataFrame([_year(one) for one in answer.by_year]),
        "zones": pd.DataFrame([asdict(one) for one in answer.zones]),
        "attribution": pd.DataFrame(causes),
        "elasticity": pd.DataFrame([asdict(one) for one in answer.elasticity_range]),
    }


def _year(one: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "year": one.year,
        "verdict": one.verdict.words,
        "forced_by": ", ".join(one.verdict.forced_by),
        "displacement_low": one.interval.low,
        "displacement_high": one.interval.high,
        "change_of_maximum_mw": one.change_of_maximum_mw,
        "refill_mw": None if one.refill is None else one.refill.mw,
        "refill_share": None if one.refill is None else one.refill.share,
    }
    for name, unit in UNITS.items():
        measure: Measure = getattr(one, name)
        row[f"{name}_displacement"] = measure.displacement
        for field in ("rest_without", "rest_with", "intervention"):
            row[f"{name}_{field}_{unit}"] = getattr(measure, field)
    return row
