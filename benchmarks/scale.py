"""Measure how long large instances take to become programs, one JSON line per measure.

Each measure runs in a separate process, so that its peak memory is its own.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from synthetic.build import build
from synthetic.folder import write_folder
from synthetic.size import Size

BYTES_PER_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
BYTES_PER_GB = 1e9

NATIONAL = Size(
    regions=50,
    classes=8,
    clouds=16,
    offgrid=4,
    days=1,
    years=1,
    fixed_cost_share=None,
    seed=1,
)
"""50 regions with a device fleet and an edge site each: 120 sites, 6 configurations."""

MILLION = replace(NATIONAL, days=2)
"""The same with two representative days."""

Figures = dict[str, float]


def measure_load(folder: Path) -> Figures:
    """Read the national instance from its folder."""
    import optimizer as op

    write_folder(build(NATIONAL), folder)
    begun = time.perf_counter()
    op.load_instance(folder)
    return {"seconds": time.perf_counter() - begun}


def measure_arcs(folder: Path) -> Figures:
    """Find the arcs of the national instance."""
    from optimizer.problem.placements import find_arcs

    instance = build(NATIONAL)
    begun = time.perf_counter()
    arcs = find_arcs(instance)
    return {
        "seconds": time.perf_counter() - begun,
        "triples": arcs.refusal.size,
        "arcs": len(arcs),
    }


def measure_build(folder: Path) -> Figures:
    """Turn an instance into a program of about a million variables."""
    from optimizer.formulation.compose import compose
    from optimizer.problem.parameters.case import compile_case

    instance = build(MILLION)
    before_gb = _peak_gb()
    begun = time.perf_counter()
    case = compile_case(instance)
    compiled = time.perf_counter()
    program, _ = compose(case)
    done = time.perf_counter()
    rows, columns = program.matrix.shape
    return {
        "seconds": done - begun,
        "compile_seconds": compiled - begun,
        "compose_seconds": done - compiled,
        "columns": columns,
        "rows": rows,
        "entries": program.matrix.nnz,
        "peak_gb_before": before_gb,
    }


MEASURES: dict[str, Callable[[Path], Figures]] = {
    "load": measure_load,
    "arcs": measure_arcs,
    "build": measure_build,
}


def _peak_gb() -> float:
    """Highest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * BYTES_PER_RSS_UNIT / BYTES_PER_GB


def run_measure(name: str) -> Figures:
    """Run one measure with a scratch folder, and add this process's peak memory."""
    with TemporaryDirectory() as scratch:
        figures = MEASURES[name](Path(scratch))
    return {**figures, "peak_gb": _peak_gb()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "measures", nargs="*", metavar="MEASURE", help=f"{', '.join(MEASURES)}; all by default"
    )
    names = parser.parse_args(arguments).measures or list(MEASURES)
    if unknown := [name for name in names if name not in MEASURES]:
        parser.error(f"no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    fresh = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as processes:
        for name, figures in zip(names, processes.map(run_measure, names), strict=True):
            rounded = {
                key: value if isinstance(value, int) else round(value, 3)
                for key, value in figures.items()
            }
            print(json.dumps({"measure": name, **rounded}), flush=True)


if __name__ == "__main__":
    main()
