"""Read a saved result of an intervention; report every problem at once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from optimizer.counterfactual.results import (
    ANSWER,
    DISPLACEMENT_FORMAT,
    Displacement,
    GridReturnResult,
    InterventionResult,
    ReboundResult,
)
from optimizer.counterfactual.worlds import BASELINE, WITH_INTERVENTION
from optimizer.errors import InputError, Problem
from optimizer.io.file_versions import fault_of_format
from optimizer.plan.plan import SUMMARY
from optimizer.plan.saved import load_plan, problems_of


def load_displacement(folder: str | Path) -> InterventionResult:
    """Read a saved result, with the plans of its worlds.

    Raises
    ------
    InputError
        If the folder holds no complete result, or one of an unknown format; lists every problem.
    """
    folder = Path(folder)
    result = _read(folder / ANSWER)
    plans = {
        world: load_plan(folder / f"world-{world}")
        for world in (BASELINE, WITH_INTERVENTION)
        if result.energy is not None or (folder / f"world-{world}" / SUMMARY).is_file()
    }
    return result.model_copy(update={"plans": plans})


def _read(file: Path) -> InterventionResult:
    try:
        data: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        hint = "is this the folder that displacement wrote?"
        raise InputError([Problem(str(file), None, "", None, f"{error}; {hint}")]) from error
    version = data.get("format") if isinstance(data, dict) else None
    if message := fault_of_format(version, DISPLACEMENT_FORMAT, "displacement"):
        raise InputError([Problem(str(file), None, "format", str(version), message)])
    try:
        return _result_type(data).model_validate(data)
    except ValidationError as error:
        raise InputError(problems_of(error, str(file))) from None


def _result_type(data: Mapping[str, Any]) -> type[InterventionResult]:
    """Type of a saved result; a file without ``kind`` is recognised by its figures."""
    kind = data.get("kind")
    if kind is None and data.get("draw") is None:
        kind = next((name for name in ("rebound", "grid_return") if data.get(name)), None)
    types = {result.kind: result for result in (ReboundResult, GridReturnResult)}
    return types.get(str(kind), Displacement)
