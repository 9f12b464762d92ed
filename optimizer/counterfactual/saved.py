"""Read a saved result of an intervention; report every problem at once, and believe no figure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from optimizer.counterfactual.forced_by import forcing
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
from optimizer.io.tables import NO_FILE, read_text
from optimizer.plan.plan import SUMMARY
from optimizer.plan.saved import load_plan, problems_of
from optimizer.verification import Violation, verify_result
from optimizer.verification.saved import digest_fault, problem_of
from optimizer.verification.violation import figure_text

COUNTERFACTUAL_CAUSES = 3
"""First format in which a limit forces the verdict only if lifting it changes the band."""

DIGITS = 1e-9
"""Difference, absolute or relative, of two computations of one derived figure."""

HEADLINE = "headline"
"""Key of what is worded from the other figures, which another version may word otherwise."""

DERIVED = "is not what the other figures of the file give"


@dataclass(frozen=True)
class SavedResult:
    """A saved result, as its folder has it.

    Attributes
    ----------
    folder : Path
    document : mapping
        What ``displacement.json`` holds.
    result : InterventionResult
        With the plans of its worlds.
    """

    folder: Path
    document: Mapping[str, Any]
    result: InterventionResult

    def violations(self) -> list[Violation]:
        """Return every claim of the file, its tables and its plans that does not hold."""
        return [
            *_derived(self.document, self.result.summary(), ""),
            *_tables(self),
            *_forced(self.result),
            *verify_result(self.result),
        ]


def load_displacement(folder: str | Path) -> InterventionResult:
    """Read a saved result, with the plans of its worlds, and verify it.

    Raises
    ------
    InputError
        If the folder holds no complete result, one of an unknown format, or one that does not
        verify; lists every problem.  The words of its headline are no problem: they are written
        again from its figures.
    """
    saved = read_displacement(folder)
    problems = [
        _problem(saved.folder, violation)
        for violation in saved.violations()
        if not violation.where.startswith(f"{HEADLINE}.")
    ]
    if problems:
        raise InputError(problems)
    return saved.result


def read_displacement(folder: str | Path) -> SavedResult:
    """Read a saved result, with the plans of its worlds, without recomputing its figures.

    Raises
    ------
    InputError
        If the folder holds no complete result, or one of an unknown format; lists every problem.
    """
    folder = Path(folder)
    document, result, problems = _read(folder / ANSWER)
    plans = {}
    for world in (BASELINE, WITH_INTERVENTION):
        home = folder / f"world-{world}"
        if result.energy is None and not (home / SUMMARY).is_file():
            continue
        try:
            plans[world] = load_plan(home)
        except InputError as error:
            problems += error.problems
            continue
        problems += filter(None, [digest_fault(home, plans[world])])
    if problems:
        raise InputError(problems)
    return SavedResult(folder, document, result.model_copy(update={"plans": plans}))


def _read(file: Path) -> tuple[dict[str, Any], InterventionResult, list[Problem]]:
    text = read_text(file, str(file))
    if isinstance(text, Problem):
        message = f"{text.message}; is this the folder that displacement wrote?"
        raise InputError([Problem(str(file), None, "", None, message)])
    try:
        data: Any = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg}"
        raise InputError([Problem(str(file), error.lineno, "", None, message)]) from None
    except (RecursionError, ValueError) as error:
        message = f"is not JSON: {error}"
        raise InputError([Problem(str(file), None, "", None, message)]) from None
    version = data.get("format") if isinstance(data, dict) else None
    if message := fault_of_format(version, DISPLACEMENT_FORMAT, "displacement"):
        raise InputError([Problem(str(file), None, "format", str(version), message)])
    data = _by_present_definitions(data)
    try:
        return data, _result_type(data).model_validate(data), []
    except ValidationError as error:
        raise InputError(problems_of(error, str(file))) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _by_present_definitions(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what earlier versions defined otherwise.

    They listed every limit that binds in both worlds as forcing the verdict, and halved
    substitution with growth.
    """
    if data["format"] >= COUNTERFACTUAL_CAUSES:
        return data
    years = data.get("by_year")
    if isinstance(years, list):
        years = [year | {"forced_by": []} if isinstance(year, dict) else year for year in years]
        data = data | {"by_year": years}
    return data | {"forced_by": [], "attribution": None}


def _result_type(data: Mapping[str, Any]) -> type[InterventionResult]:
    """Type of a saved result; a file without ``kind`` is recognised by its figures."""
    kind = data.get("kind")
    if kind is None and data.get("draw") is None:
        kind = next((name for name in ("rebound", "grid_return") if data.get(name)), None)
    types = {result.kind: result for result in (ReboundResult, GridReturnResult)}
    return types.get(str(kind), Displacement)


def _problem(folder: Path, violation: Violation) -> Problem:
    """Return a violation as a problem of the file that it is about."""
    world, _, where = violation.where.partition(": ")
    if where and (folder / world).exists():
        return problem_of(str(folder / world), where, violation)
    return problem_of(str(folder / ANSWER), violation.where, violation)


def _derived(written: Any, computed: Any, path: str) -> Iterator[Violation]:
    """Yield the figures that a file has beside those that are read, if they do not follow.

    A key that an earlier version did not write is no fault.
    """
    if isinstance(computed, Mapping) and isinstance(written, Mapping):
        for key in computed.keys() & written.keys():
            inner = f"{path}.{key}" if path else str(key)
            yield from _derived(written[key], computed[key], inner)
    elif isinstance(computed, list) and isinstance(written, list) and len(computed) == len(written):
        for n, (one, other) in enumerate(zip(written, computed, strict=True)):
            yield from _derived(one, other, f"{path}.{n}")
    elif not _agree(written, computed):
        yield Violation("result", path, _shown(written), _shown(computed), DERIVED)


def _forced(result: InterventionResult) -> Iterator[Violation]:
    """Yield the lists of limits that force a verdict, if they do not follow from lifting them."""
    if not isinstance(result, Displacement) or result.energy is None:
        return
    lifted, limits = result.lifted_limits or (), result.binding
    years = [
        (f"by_year.{each.year}.forced_by", each.forced_by, each.energy, each.interval, each.year)
        for each in result.by_year
    ]
    whole = ("forced_by", result.forced_by, result.energy, result.interval, None)
    for path, claimed, energy, interval, year in (whole, *years):
        follows = forcing(lifted, limits, energy.displacement, interval, year)
        if claimed != follows:
            message = "are not the limits without which displacement is in another band"
            yield Violation("result", path, ", ".join(claimed), ", ".join(follows), message)


def _agree(written: Any, computed: Any) -> bool:
    if _is_number(written) and _is_number(computed):
        return bool(abs(written - computed) <= DIGITS * max(1.0, abs(computed)))
    return type(written) is type(computed) and bool(written == computed)


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool)


def _shown(value: Any) -> float | str:
    return float(value) if _is_number(value) else json.dumps(value)[:80]


def _tables(saved: SavedResult) -> Iterator[Violation]:
    """Yield the tables beside the file that do not hold its figures."""
    if saved.document["format"] < DISPLACEMENT_FORMAT:
        return  # nothing reads them, and earlier versions had other columns
    for name, table in saved.result.tables().items():
        file = saved.folder / f"{name}.parquet"
        try:
            held = pd.read_parquet(file)
        except FileNotFoundError:
            yield Violation("tables", file.name, "no file", "a file", NO_FILE)
            continue
        except Exception:  # a damaged file may fail in any way
            message = "cannot be read: damaged, or not a Parquet table"
            yield Violation("tables", file.name, "no table", "a table", message)
            continue
        yield from _rows(file.name, held, table)


def _rows(file: str, held: pd.DataFrame, table: pd.DataFrame) -> Iterator[Violation]:
    if len(held) != len(table):
        message = "has another number of rows than displacement.json gives"
        yield Violation("tables", file, float(len(held)), float(len(table)), message)
        return
    for name in table.columns:
        if name not in held.columns:
            yield Violation("tables", f"{file}: {name}", "no column", "a column", "is missing")
            continue
        for written, computed in zip(held[name].tolist(), table[name].tolist(), strict=True):
            if not (_agree(written, computed) or (pd.isna(written) and pd.isna(computed))):
                figures = _cell(written), _cell(computed)
                message = "is not what displacement.json gives"
                yield Violation("tables", f"{file}: {name}", *figures, message)
                break


def _cell(value: Any) -> str:
    return figure_text(value) if _is_number(value) else str(value)
