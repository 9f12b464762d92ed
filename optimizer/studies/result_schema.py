"""Columns of a study's results: names with units, and kinds."""

import pyarrow as pa

from optimizer.studies.definition import Definition

TEXT, FIGURE, COUNT, YES_NO = pa.string(), pa.float64(), pa.int64(), pa.bool_()

FIRST = {"scenario": TEXT, "case": TEXT, "draw": COUNT}
ENDED = {
    "status": TEXT,
    "reason": TEXT,
    "seconds": FIGURE,
    "version": TEXT,
    "digest": TEXT,
}
"""How a scenario ended; the digest covers all that determines it, and names its file."""

PLAN = {
    "plan_status": TEXT,
    "welfare_usd": FIGURE,
    "bound_usd": FIGURE,
    "gap": FIGURE,
    "cost_usd": FIGURE,
    "cost_bound_usd": FIGURE,
    "served_gtok": FIGURE,
    "shed_gtok": FIGURE,
    "edge_token_share": FIGURE,
    "energy_mwh": FIGURE,
    "grid_mwh": FIGURE,
    "peak_mw": FIGURE,
    "grid_peak_mw": FIGURE,
    "built_units": FIGURE,
    "generator_mw": FIGURE,
    "curve_ends": TEXT,
}
"""Figures of the plan: sums over all years planned, peaks over all hours.  `curve_ends` names the
classes whose demand curve ends before their demand does."""

DISPLACEMENT = {
    "status": TEXT,
    "verdict": TEXT,
    "forced_by": TEXT,
    "binding": TEXT,
    "proved": YES_NO,
    "displacement": FIGURE,
    "low": FIGURE,
    "high": FIGURE,
    "proved_low": FIGURE,
    "proved_high": FIGURE,
    "tokens_displacement": FIGURE,
    "peak_displacement": FIGURE,
    "headline": TEXT,
    "curve_ends": TEXT,
    "work_verdict": TEXT,
    "work_low": FIGURE,
    "work_high": FIGURE,
    "work_proved": YES_NO,
    "grid_verdict": TEXT,
    "grid_displacement": FIGURE,
    "grid_low": FIGURE,
    "grid_high": FIGURE,
    "grid_proved": YES_NO,
    "stress_verdict": TEXT,
    "stress_displacement": FIGURE,
    "stress_low": FIGURE,
    "stress_high": FIGURE,
    "stress_proved": YES_NO,
    "energy_ratio": FIGURE,
    "rest_without_mwh": FIGURE,
    "rest_with_mwh": FIGURE,
    "mwh": FIGURE,
    "rest_without_gtok": FIGURE,
    "rest_with_gtok": FIGURE,
    "gtok": FIGURE,
    "refill_share": FIGURE,
    "standing_mwh": FIGURE,
    "substitution_mwh": FIGURE,
    "unlocked_mwh": FIGURE,
    "grid_relief_mwh": FIGURE,
    "policy_relief_mwh": FIGURE,
    "hardware_relief_mwh": FIGURE,
    "price_response_mwh": FIGURE,
    "rebound": FIGURE,
    "rebound_low": FIGURE,
    "rebound_high": FIGURE,
    "rebound_words": TEXT,
    "peak_ratio": FIGURE,
    "capital_ratio": FIGURE,
    "mwh_per_mw": FIGURE,
    "reason": TEXT,
}
"""Figures of a displacement, prefixed by the intervention's name and ``_``; low to high is the
interval of energy displacement for any near-optimal dispatch of the builds.  `headline` holds
the first lines of the report; `energy_ratio` times `tokens_displacement` is `displacement`."""


def schema_of(study: Definition, sampled: dict[str, object]) -> pa.Schema:
    """Return the columns of a study, which are the same in each of its files.

    Parameters
    ----------
    study : Definition
    sampled : dict
        What is drawn, by name.
    """
    varied = {axis.name: FIGURE if axis.numeric else TEXT for axis in study.axes}
    varied |= dict.fromkeys(sampled, FIGURE)
    columns = FIRST | varied | ENDED
    if study.keep.plan:
        columns |= PLAN
    for intervention in study.keep.displacement:
        columns |= {f"{intervention}_{name}": kind for name, kind in DISPLACEMENT.items()}
    return pa.schema(list(columns.items()))


def taken(interventions: tuple[str, ...]) -> dict[str, str]:
    """Return the names that no axis or parameter may have, with what they denote."""
    common = dict.fromkeys([*FIRST, *ENDED, *PLAN], "a column of every study")
    return common | {
        f"{intervention}_{name}": f"a column of {intervention}"
        for intervention in interventions
        for name in DISPLACEMENT
    }
