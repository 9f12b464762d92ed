"""Solve published placement cases through the public interface, one JSON line per case.

The published optimum is read only after the solve.
"""

import argparse
import csv
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from facility_location import CaseError, Scale, read_case, shares, to_instance
from pydantic import ValidationError

import optimizer as op
from optimizer.errors import InputError, SolverError
from optimizer.units import USD_PER_KUSD

GAP = 1e-7
"""A tenth of the error within which an answer counts as the published one."""

BAD_INPUT = 2


def solve_case(path: Path, time_limit_s: float, plans: Path | None) -> dict[str, Any]:
    """Solve the case of a file, write its plan, and only then compare."""
    begun = time.perf_counter()
    case = read_case(path)
    instance, scale = to_instance(case)
    plan = op.solve(instance, gap=GAP, time_limit_s=time_limit_s)
    seconds = time.perf_counter() - begun
    if plans is not None and plan.cost_usd is not None:
        write_plan(plans / f"{case.name}.csv", shares(plan))
    objective = _in_case_units(plan.cost_usd, scale)
    best_known = read_best_known(path)
    return {
        "name": case.name,
        "objective": objective,
        "bound": _in_case_units(plan.cost_bound_usd, scale),
        "status": plan.status,
        "seconds": round(seconds, 3),
        "best_known": best_known,
        "relative_error": relative_error(objective, best_known),
    }


def read_best_known(path: Path) -> float | None:
    """Read the published optimum of a case; null in the file if none is known."""
    best: float | None = json.loads(path.read_text(encoding="utf-8"))["best_known"]
    return best


def relative_error(objective: float | None, best_known: float | None) -> float | None:
    """Return the distance from the published optimum over its size; absolute if that is 0."""
    if objective is None or best_known is None:
        return None
    return abs(objective - best_known) / (abs(best_known) or 1.0)


def write_plan(path: Path, share: dict[tuple[int, int], float]) -> None:
    """Write shares as a table: customer, facility, share."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("customer", "facility", "share"))
        writer.writerows((*key, value) for key, value in share.items())


def _in_case_units(usd: float | None, scale: Scale) -> float | None:
    return None if usd is None else usd / USD_PER_KUSD / scale.kusd


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 2 if a case cannot be read or expressed, 1 if a solve fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASE.json")
    parser.add_argument(
        "--time-limit", type=float, default=math.inf, metavar="S", help="seconds for each case"
    )
    parser.add_argument("--plans", type=Path, metavar="DIR", help="where plans are written")
    given = parser.parse_args(arguments)
    code = 0
    for path in given.cases:
        try:
            line = solve_case(path, given.time_limit, given.plans)
        except (CaseError, InputError, ValidationError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            code = BAD_INPUT
        except SolverError as error:
            print(f"{path}: {error}", file=sys.stderr)
            code = code or 1
        else:
            print(json.dumps(line), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
