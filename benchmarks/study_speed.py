"""Measure, in one run, what a study gains: by going on from the last basis, and by processes.

Cold: load, build and solve scenarios of the study, each from its files.  Then the whole study in
one process, and again in as many as asked for, each into a folder of its own.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import optimizer as op


def seconds(of: Callable[[], object]) -> float:
    """Wall time of a call."""
    begun = time.perf_counter()
    of()
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/pjm")
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--cold", type=int, default=5, help="scenarios that are solved cold")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--assumptions", default="headline")
    parser.add_argument("--set", action="append", default=[], help="as optimizer --set")
    asked = parser.parse_args(arguments)
    study = op.Study(
        op.load_instance(asked.instance, asked.set),
        name="speed",
        sample={"draws": asked.scenarios, "assumptions": asked.assumptions, "seed": 1},
    )
    all_of_it = list(study.scenarios)
    some = all_of_it[:: max(1, len(all_of_it) // asked.cold)][: asked.cold]

    def solve_cold(edits: Sequence[op.Edit]) -> None:
        op.solve(op.load_instance(asked.instance, [*asked.set, *edits]), threads=1, prices=False)

    cold = [seconds(lambda one=one: solve_cold(one.edits)) for one in some]
    whole: dict[int, float] = {}
    each: dict[int, float] = {}
    statuses: dict[str, int] = {}
    for jobs in (1, asked.jobs):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "study"
            whole[jobs] = seconds(lambda jobs=jobs, out=out: study.run(out, jobs=jobs))
            results = study.results(out)
            each[jobs] = float(results["seconds"].median())
            statuses = results["status"].value_counts().to_dict()
    figures = {
        "instance": study.instance.name,
        "scenarios": len(all_of_it),
        "statuses": statuses,
        "cold_seconds": [round(one, 2) for one in cold],
        "median_seconds": {jobs: round(one, 2) for jobs, one in each.items()},
        "median_share_of_cold": round(each[1] / statistics.median(cold), 3),
        "whole_seconds": {jobs: round(one, 1) for jobs, one in whole.items()},
        f"times_as_fast_in_{asked.jobs}": round(whole[1] / whole[asked.jobs], 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
