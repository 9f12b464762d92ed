"""A saved comparison, read again."""

import json
import math
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from optimizer.counterfactual.attribution import Attribution, Terms
from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.measures import Measure, Refill
from optimizer.counterfactual.rebound import GridReturn, Rebound
from optimizer.counterfactual.results import (
    DISPLACEMENT_FORMAT,
    Bounds,
    Displacement,
    World,
    YearAnswer,
    ZoneChange,
)
from optimizer.counterfactual.verdict import Verdict
from optimizer.counterfactual.worlds import WITH, WITHOUT
from optimizer.errors import InputError, Problem
from optimizer.io.file_versions import fault_of_format
from optimizer.plan.plan import SUMMARY, load_plan, problems_of

ANSWER = "displacement.json"


class _Saved(BaseModel):
    """What is in the file; what an earlier version did not write may be missing."""

    model_config = ConfigDict(allow_inf_nan=False)


class _Split(_Saved):
    tokens: Terms
    energy: Terms
    peak: Terms
    noise_mwh: float
    gap: float | None


class _Judged(_Saved):
    verdict: str
    forced_by: tuple[str, ...] = ()
    interval: Bounds
    refill: Refill | None = None


class _Year(_Judged):
    year: int
    tokens: Measure
    energy: Measure
    peak: Measure
    draw: Measure
    change_of_maximum_mw: float


class _Answer(_Judged):
    instance: str
    intervention: str
    description: str = ""
    status: str
    tokens: Measure | None
    energy: Measure | None
    peak: Measure | None
    draw: Measure | None
    attribution: _Split | None = None
    proved: bool = False
    proved_interval: Bounds = Bounds(None, None)
    elasticity_range: tuple[ElasticityPoint, ...] = ()
    rebound: Rebound | None = None
    grid_return: GridReturn | None = None
    by_year: tuple[_Year, ...] = ()
    zones: tuple[ZoneChange, ...] = ()
    worlds: dict[str, World]
    step_share: float | None = None
    seconds: dict[str, float] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    mandates_dropped: tuple[str, ...] = ()


def load_displacement(folder: str | Path) -> Displacement:
    """Read a saved comparison, with the plans of its worlds.

    Raises
    ------
    InputError
        Where the folder holds no whole comparison, or one of another format; with every problem.
    """
    folder = Path(folder)
    read = _read(folder / ANSWER)
    plans = {
        name: load_plan(folder / f"world-{name}")
        for name in (WITHOUT, WITH)
        if read.energy is not None or (folder / f"world-{name}" / SUMMARY).is_file()
    }
    split = read.attribution
    return Displacement(
        instance=read.instance,
        intervention=read.intervention,
        description=read.description,
        status=read.status,
        verdict=Verdict(read.verdict, read.forced_by, read.proved),
        interval=read.interval,
        tokens=read.tokens,
        energy=read.energy,
        peak=read.peak,
        draw=read.draw,
        refill=read.refill,
        attribution=None if split is None else _attribution(split),
        by_year=tuple(map(_year, read.by_year)),
        zones=read.zones,
        worlds=read.worlds,
        step_share=read.step_share,
        plans=plans,
        seconds=read.seconds,
        warnings=read.warnings,
        mandates_dropped=read.mandates_dropped,
        proved_interval=read.proved_interval,
        elasticity_range=read.elasticity_range,
        rebound=read.rebound,
        grid_return=read.grid_return,
    )


def _attribution(split: _Split) -> Attribution:
    gap = math.inf if split.gap is None else split.gap
    return Attribution(split.tokens, split.energy, split.peak, split.noise_mwh, gap)


def _year(one: _Year) -> YearAnswer:
    return YearAnswer(
        year=one.year,
        verdict=Verdict(one.verdict, one.forced_by),
        interval=one.interval,
        tokens=one.tokens,
        energy=one.energy,
        peak=one.peak,
        draw=one.draw,
        refill=one.refill,
        change_of_maximum_mw=one.change_of_maximum_mw,
    )


def _read(file: Path) -> _Answer:
    try:
        data: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        hint = "is this the folder that displacement wrote?"
        raise InputError([Problem(str(file), None, "", None, f"{error}; {hint}")]) from error
    found = data.get("format") if isinstance(data, dict) else None
    if message := fault_of_format(found, DISPLACEMENT_FORMAT, "displacement"):
        raise InputError([Problem(str(file), None, "format", str(found), message)])
    try:
        return _Answer.model_validate(data)
    except ValidationError as error:
        raise InputError(problems_of(error, str(file))) from None
