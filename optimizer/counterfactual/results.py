"""The result of an intervention: what it displaces, takes back, or lets the grid serve.

Each of the three results is one definition: its fields are what JSON output holds, what is
saved, and what is read back.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from pydantic import Field, InstanceOf, TypeAdapter

from optimizer.counterfactual.attribution import Attribution
from optimizer.counterfactual.binding_limits import BindingLimit
from optimizer.counterfactual.change_sentences import (
    grid_sentence,
    rebound_sentence,
    without_plan,
)
from optimizer.counterfactual.curve_ends import curve_end_line
from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.factors import Factors, factors
from optimizer.counterfactual.flip import Flip
from optimizer.counterfactual.forced_by import LiftedLimit
from optimizer.counterfactual.headline import headline
from optimizer.counterfactual.headline_lines import capitalised
from optimizer.counterfactual.headline_parts import Amounts, Headline, differences
from optimizer.counterfactual.measures import ClassWork, Measure, Refill
from optimizer.counterfactual.rebound import GridReturn, Rebound
from optimizer.counterfactual.result_records import (
    UNITS,
    Record,
    World,
    YearResult,
    ZoneChange,
    year_row,
)
from optimizer.counterfactual.stress import StressHour
from optimizer.counterfactual.verdict import UNDETERMINED, Bounds, MeasureVerdict, Verdict, Verdicts
from optimizer.counterfactual.worlds import BASELINE, WITH_INTERVENTION
from optimizer.io.atomic import write_json
from optimizer.plan.plan import SUMMARY, Plan

DISPLACEMENT_FORMAT = 3
ANSWER = "displacement.json"
HEADLINE = TypeAdapter(Headline)
NO_INTERVAL = {"low": None, "high": None}
NOT_APPLICABLE: Mapping[str, Any] = {
    "forced_by": [],
    "verdicts": None,
    "binding": [],
    "lifted_limits": None,
    "interval": NO_INTERVAL,
    "draw": None,
    "stress": None,
    "stress_hours": [],
    "factors": None,
    "by_class": [],
    "refill": None,
    "attribution": None,
    "proved": False,
    "proved_interval": NO_INTERVAL,
    "rebound": None,
    "grid_return": None,
    "flip": None,
    "by_year": [],
    "zones": [],
    "mandates_dropped": [],
}
"""JSON values of the keys that a result does not have: every document has the same keys."""


class InterventionResult(Record):
    """What the results of all interventions have in common.

    Attributes
    ----------
    instance, intervention, description : str
    status : str
        ``solved`` if every world reached the gap, ``stopped`` if one has a plan with a wider
        gap, otherwise why a world has no plan (``infeasible``, ``time_limit``, ...).
    words : str
        The verdict in words; ``verdict`` in JSON.
    tokens, energy, peak : Measure or None
        Gtok, MWh of site energy, and MW at the hour of the baseline's highest load, over all
        years.  None if a world has no plan.
    elasticity_range : tuple of ElasticityPoint
        Results at the ends of the published range of elasticities.
    worlds : mapping of str to World
        By key of `optimizer.counterfactual.worlds`.
    step_share : float or None
        Tokens in the demand steps where a world ends, over the intervention's tokens.
    curve_ends : mapping of str to tuple of str
        By world, classes whose demand ends with their curve; then nothing is proven.
    seconds : mapping of str to float
    warnings : tuple of str
    plans : mapping of str to Plan
        Plans of the baseline (``0``) and with the intervention (``1``), without prices.  Saved
        in folders of their own.
    """

    kind: ClassVar[str]

    instance: str
    intervention: str
    description: str = ""
    status: str
    words: str = Field(alias="verdict")
    tokens: Measure | None
    energy: Measure | None
    peak: Measure | None
    elasticity_range: tuple[ElasticityPoint, ...] = ()
    worlds: Mapping[str, World]
    step_share: float | None = None
    curve_ends: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    seconds: Mapping[str, float] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    plans: Mapping[str, InstanceOf[Plan]] = Field(default_factory=dict, exclude=True, repr=False)

    @property
    def verdict(self) -> Verdict:
        """Verdict on the intervention."""
        return Verdict(self.words)

    @property
    def headline(self) -> Headline:
        """What the first lines of every report say."""
        missing = {key: w.status for key, w in self.worlds.items() if w.welfare_usd is None}
        return Headline(lines=(without_plan(missing),))

    def _with_curve_ends(self, head: Headline) -> Headline:
        """Return a headline that also says which demand curves end before demand does."""
        line = curve_end_line(self.curve_ends, self.kind)
        return replace(head, lines=(*head.lines, line)) if line else head

    def summary(self) -> dict[str, Any]:
        """Return what JSON output holds: everything but the plans' tables."""
        headline = {"headline": HEADLINE.dump_python(self.headline, mode="json")}
        return {**NOT_APPLICABLE, **self.model_dump(mode="json", by_alias=True), **headline}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the result as tables by name, with units in the column names.

        Returns
        -------
        dict of str to DataFrame
            ``by_year`` (one row per year: verdict, interval, and each measure), ``zones`` (per
            zone and year), ``binding`` (per limit that binds and year), ``attribution`` (per
            cause), ``elasticity`` (per elasticity); empty if there is nothing to show.
        """
        points = pd.DataFrame(map(asdict, self.elasticity_range))
        empty = dict.fromkeys(("by_year", "zones", "binding", "attribution"), pd.DataFrame())
        return {**empty, "elasticity": points}

    def save(self, folder: str | Path) -> None:
        """Write the plans of both worlds, the tables, and ``displacement.json`` last."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ANSWER).unlink(missing_ok=True)
        for world in (BASELINE, WITH_INTERVENTION):
            if world in self.plans:
                self.plans[world].save(folder / f"world-{world}")
            else:  # a plan saved here earlier does not belong to this result
                (folder / f"world-{world}" / SUMMARY).unlink(missing_ok=True)
        for name, table in self.tables().items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        document = {"format": DISPLACEMENT_FORMAT, "kind": self.kind, **self.summary()}
        write_json(folder / ANSWER, document)


class Displacement(InterventionResult):
    """What an intervention that adds sites or models displaces.

    Attributes
    ----------
    forced_by : tuple of str
        Limits that force the verdict: with one of them lifted in both worlds, energy
        displacement is in another band.  Empty if that was not requested.
    binding : tuple of BindingLimit
        Limits that bind in the baseline or with the intervention, and in how many hours.
    lifted_limits : tuple of LiftedLimit or None
        Displacement without each limit that binds in both worlds; None if it was not requested
        or not found.
    proved : bool
        Whether every plan within the gap has the same verdict.
    interval : Bounds
        Of energy displacement, at the worlds' builds.
    proved_interval : Bounds
        Of energy displacement, over all plans within the gap; unknown if such a plan does not
        use the intervention, or if the proof was not requested or not found.
    verdicts : Verdicts or None
        By tokens, site energy, grid draw and MW at the hours of grid stress.
    draw : Measure or None
        MWh drawn from the grid.
    stress : Measure or None
        MW drawn from the grid at the hours of grid stress, in the year in which it is tightest.
    stress_hours : tuple of StressHour
        Those hours, by year.
    factors : Factors or None
        Displacement of energy as the product of that of tokens and a ratio of energies.
    by_class : tuple of ClassWork
        Displacement of tokens by class of requests.
    refill : Refill or None
    attribution : Attribution or None
        The change of load by cause; None if it was not requested or not found.
    rebound : Rebound or None
        Of new models only.
    flip : Flip or None
        The smallest change that moves energy displacement into another band; None if it was not
        requested or not found in time.
    by_year : tuple of YearResult
    zones : tuple of ZoneChange
    mandates_dropped : tuple of str
        Paths of policies that mandate the intervention: no world keeps them.
    """

    kind = "displacement"

    forced_by: tuple[str, ...] = ()
    binding: tuple[BindingLimit, ...] = ()
    lifted_limits: tuple[LiftedLimit, ...] | None = None
    proved: bool = False
    interval: Bounds
    proved_interval: Bounds = Bounds()
    verdicts: Verdicts | None = None
    draw: Measure | None
    stress: Measure | None = None
    stress_hours: tuple[StressHour, ...] = ()
    factors: Factors | None = None
    by_class: tuple[ClassWork, ...] = ()
    refill: Refill | None = None
    attribution: Attribution | None = None
    rebound: Rebound | None = None
    flip: Flip | None = None
    by_year: tuple[YearResult, ...] = ()
    zones: tuple[ZoneChange, ...] = ()
    mandates_dropped: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Verdict on the intervention, by energy displacement."""
        return Verdict(self.words, self.forced_by, self.proved)

    @property
    def headline(self) -> Headline:
        """What the first lines of every report say: work, load, why, flip, and where it differs."""
        if self.tokens is None or self.energy is None or self.draw is None:
            return super().headline
        verdicts = self.verdicts or self._earlier_verdicts()
        found = headline(
            self.intervention,
            self._period,
            Amounts(self.tokens, self.energy, self.draw, self.stress),
            verdicts,
            self.factors or factors(self.tokens, self.energy),
            self.flip,
            differences(
                [(each.year, each.verdicts) for each in self.by_year if each.verdicts is not None],
                self.by_class,
                self._zone_totals(),
                verdicts,
                self.draw,
            ),
            self.forced_by,
            self.stress_hours,
        )
        return self._with_curve_ends(found)

    def _earlier_verdicts(self) -> Verdicts:
        """Verdicts of a result that an earlier version saved: only energy had an interval."""
        energy = MeasureVerdict(
            self.words,
            self.energy.displacement if self.energy else None,
            self.interval,
            self.proved,
            self.proved_interval,
        )
        work, grid = (
            MeasureVerdict(UNDETERMINED, measure.displacement if measure else None)
            for measure in (self.tokens, self.draw)
        )
        return Verdicts(work, energy, grid, MeasureVerdict(UNDETERMINED))

    @property
    def _period(self) -> str:
        """The years that the totals are over, as in ``From 2026 to 2030``."""
        if not self.by_year:
            return "Over all years"
        first, last = self.by_year[0].year, self.by_year[-1].year
        spans = (z.span_years for z in self.zones if z.year == last)
        last += round(next(spans, 1.0)) - 1
        return f"In {first}" if first == last else f"From {first} to {last}"

    def _zone_totals(self) -> dict[str, float]:
        """Change of each zone's load over all years, MWh."""
        totals: dict[str, float] = {}
        for change in self.zones:
            totals[change.zone] = totals.get(change.zone, 0.0) + change.mwh * change.span_years
        return totals

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the result as tables by name; see `InterventionResult.tables`."""
        tables = super().tables()
        tables["by_year"] = pd.DataFrame(map(year_row, self.by_year))
        tables["zones"] = pd.DataFrame(map(asdict, self.zones))
        tables["binding"] = pd.DataFrame(map(asdict, self.binding))
        if self.attribution is not None:
            terms = {name: asdict(getattr(self.attribution, name)) for name in SPLIT}
            columns = {f"{name}_{UNITS[name]}": parts.values() for name, parts in terms.items()}
            tables["attribution"] = pd.DataFrame({"cause": terms["energy"].keys(), **columns})
        return tables


class ReboundResult(InterventionResult):
    """What a step in efficiency takes back of its saving; `rebound` is None without a plan."""

    kind = "rebound"

    rebound: Rebound | None = None

    @property
    def headline(self) -> Headline:
        """How much of the saving is taken back."""
        if self.rebound is None:
            return super().headline
        line = rebound_sentence(capitalised(self.intervention), self.rebound)
        return self._with_curve_ends(Headline(lines=(line,)))


class GridReturnResult(InterventionResult):
    """What a grid expansion serves; `grid_return` is None if a world has no plan."""

    kind = "grid_return"

    grid_return: GridReturn | None = None

    @property
    def headline(self) -> Headline:
        """What each MW that is added serves."""
        if self.grid_return is None:
            return super().headline
        line = grid_sentence(capitalised(self.intervention), self.grid_return)
        return self._with_curve_ends(Headline(lines=(line,)))


SPLIT = ("tokens", "energy", "peak")
"""Measures whose change is attributed to causes."""
