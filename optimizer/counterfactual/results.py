"""The answer: displacement with its proof, in plain numbers, and how it is saved."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from optimizer.counterfactual.attribution import Attribution
from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.measures import Measure, Refill
from optimizer.counterfactual.rebound import GridReturn, Rebound
from optimizer.counterfactual.tables import answer_tables
from optimizer.counterfactual.verdict import Verdict
from optimizer.counterfactual.worlds import WITH, WITHOUT
from optimizer.plan.plan import SUMMARY, Plan

DISPLACEMENT_FORMAT = 2


@dataclass(frozen=True)
class Bounds:
    """Interval of energy displacement; None where it is not known."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class YearAnswer:
    """One year of the answer; see `Displacement`."""

    year: int
    verdict: Verdict
    interval: Bounds
    tokens: Measure
    energy: Measure
    peak: Measure
    draw: Measure
    refill: Refill | None
    change_of_maximum_mw: float


@dataclass(frozen=True)
class ZoneChange:
    """Change of a zone's modelled load in a year, world 1 less world 0.

    ``mw`` is at the hour of world 0's highest load.
    """

    zone: str
    year: int
    mwh: float
    mw: float


@dataclass(frozen=True)
class World:
    """How well a world is known.

    ``builds`` counts the builds that the interval is united over: the plan's own, and others met
    within the gap; None where the world has no part in the interval.
    """

    status: str
    welfare_usd: float | None
    bound_usd: float | None
    gap: float | None
    builds: int | None = None


@dataclass(frozen=True)
class Displacement:
    """What an intervention displaced.

    Attributes
    ----------
    intervention : str
    status : str
        ``solved`` where every world reached the gap, ``stopped`` where one has a plan and a
        wider gap, otherwise why a world has no plan (``infeasible``, ``time_limit``, ...).
    verdict : Verdict
    interval : Bounds
        Of energy displacement, at the worlds' builds.
    proved_interval : Bounds
        Of energy displacement, over all plans as good; None where plans as good do not use the
        intervention, or where it was not asked for or not found.
    elasticity_range : tuple of ElasticityPoint
        Energy displacement at the ends of the published range of elasticities.
    rebound : Rebound or None
        Of a step in efficiency, which displaces nothing: its measures are of all sites.  Of new
        models, beside what they displace.
    grid_return : GridReturn or None
        Of more grid.
    tokens, energy, peak, draw : Measure or None
        Gtok, MWh of site energy, MW at the hour of world 0's highest load, MWh drawn from the
        grid; over all years.  None where a world has no plan.
    refill : Refill or None
    attribution : Attribution or None
        What changes, split by cause; None where it was not asked for, or not found.
    by_year : tuple of YearAnswer
    zones : tuple of ZoneChange
    worlds : mapping of str to World
    step_share : float or None
        Tokens in the demand steps where a world ends over the intervention's tokens.
    plans : mapping of str to Plan
        The plans of worlds ``0`` and ``1``, without prices.
    seconds : mapping of str to float
    warnings : tuple of str
    mandates_dropped : tuple of str
        Paths of policies that mandate the intervention: no world has them.
    """

    instance: str
    intervention: str
    description: str
    status: str
    verdict: Verdict
    interval: Bounds
    tokens: Measure | None
    energy: Measure | None
    peak: Measure | None
    draw: Measure | None
    refill: Refill | None
    attribution: Attribution | None
    by_year: tuple[YearAnswer, ...]
    zones: tuple[ZoneChange, ...]
    worlds: Mapping[str, World]
    step_share: float | None
    plans: Mapping[str, Plan]
    seconds: Mapping[str, float]
    warnings: tuple[str, ...]
    mandates_dropped: tuple[str, ...] = ()
    proved_interval: Bounds = Bounds(None, None)
    elasticity_range: tuple[ElasticityPoint, ...] = ()
    rebound: Rebound | None = None
    grid_return: GridReturn | None = None

    @property
    def changes_figures(self) -> bool:
        """Whether it is of a change of figures, which displaces nothing."""
        return self.draw is None and (self.rebound is not None or self.grid_return is not None)

    def summary(self) -> dict[str, Any]:
        """What JSON output holds: attributes by name, without the plans' tables."""
        measures = {
            name: _measure(getattr(self, name)) for name in ("tokens", "energy", "peak", "draw")
        }
        return {
            "instance": self.instance,
            "intervention": self.intervention,
            "description": self.description,
            "status": self.status,
            "verdict": self.verdict.words,
            "forced_by": list(self.verdict.forced_by),
            "interval": asdict(self.interval),
            **measures,
            "refill": None if self.refill is None else asdict(self.refill),
            "attribution": None if self.attribution is None else self.attribution.summary(),
            "proved": self.verdict.proved,
            "proved_interval": asdict(self.proved_interval),
            "elasticity_range": [asdict(point) for point in self.elasticity_range],
            "rebound": None if self.rebound is None else asdict(self.rebound),
            "grid_return": None if self.grid_return is None else asdict(self.grid_return),
            "by_year": [
                {
                    "year": one.year,
                    "verdict": one.verdict.words,
                    "forced_by": list(one.verdict.forced_by),
                    "interval": asdict(one.interval),
                    **{
                        name: _measure(getattr(one, name))
                        for name in ("tokens", "energy", "peak", "draw")
                    },
                    "refill": None if one.refill is None else asdict(one.refill),
                    "change_of_maximum_mw": one.change_of_maximum_mw,
                }
                for one in self.by_year
            ],
            "zones": [asdict(zone) for zone in self.zones],
            "worlds": {name: asdict(world) for name, world in self.worlds.items()},
            "step_share": self.step_share,
            "seconds": dict(self.seconds),
            "warnings": list(self.warnings),
            "mandates_dropped": list(self.mandates_dropped),
        }

    def save(self, folder: str | Path) -> None:
        """Write the plans of both worlds, the answer's tables, and the answer last to a folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "displacement.json").unlink(missing_ok=True)
        for name in (WITHOUT, WITH):
            if name in self.plans:
                self.plans[name].save(folder / f"world-{name}")
            else:  # a plan saved here before is not this answer's
                (folder / f"world-{name}" / SUMMARY).unlink(missing_ok=True)
        for name, table in answer_tables(self).items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        text = json.dumps({"format": DISPLACEMENT_FORMAT, **self.summary()}, indent=2)
        part = folder / "displacement.json.part"
        part.write_text(text + "\n", encoding="utf-8")
        part.rename(folder / "displacement.json")


def _measure(measure: Measure | None) -> dict[str, float | None] | None:
    if measure is None:
        return None
    return {
        **asdict(measure),
        "additionality": measure.additionality,
        "attributional_share": measure.share,
    }
