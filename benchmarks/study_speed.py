"""Measure what a study gains from starting at the last basis, and from several processes.

Cold: load, build and solve scenarios of the study, each from its files.  Then the whole study in
one process, and again in several, each into its own folder.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import optimizer as op


def seconds(call: Callable[[], object]) -> float:
    """Measure the wall time of a call."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/pjm")
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--cold", type=int, default=5, help="scenarios to solve cold")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--assumptions", default="headline")
    parser.add_argument("--set", action="append", default=[], help="as optimizer --set")
    options = parser.parse_args(arguments)
    study = op.Study(
        op.load_instance(options.instance, options.set),
        name="speed",
        sample={"draws": options.scenarios, "assumptions": options.assumptions, "seed": 1},
    )
    scenarios = list(study.scenarios)
    some = scenarios[:: max(1, len(scenarios) // options.cold)][: options.cold]

    def solve_cold(edits: Sequence[op.Edit]) -> None:
        op.solve(
            op.load_instance(options.instance, [*options.set, *edits]), threads=1, prices=False
        )

    cold = [seconds(lambda edits=scenario.edits: solve_cold(edits)) for scenario in some]
    whole: dict[int, float] = {}
    each: dict[int, float] = {}
    statuses: dict[str, int] = {}
    for jobs in (1, options.jobs):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "study"
            whole[jobs] = seconds(lambda jobs=jobs, out=out: study.run(out, jobs=jobs))
            results = study.results(out)
            each[jobs] = float(results["seconds"].median())
            statuses = results["status"].value_counts().to_dict()
    figures = {
        "instance": study.instance.name,
        "scenarios": len(scenarios),
        "statuses": statuses,
        "cold_seconds": [round(time_s, 2) for time_s in cold],
        "median_seconds": {jobs: round(time_s, 2) for jobs, time_s in each.items()},
        "median_share_of_cold": round(each[1] / statistics.median(cold), 3),
        "whole_seconds": {jobs: round(time_s, 1) for jobs, time_s in whole.items()},
        f"times_as_fast_in_{options.jobs}": round(whole[1] / whole[options.jobs], 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
