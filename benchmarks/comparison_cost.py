"""Measure what a comparison of worlds costs, in solves of the same instance, in one run."""

import argparse
import json
import time
from collections.abc import Callable, Sequence

import optimizer as op


def seconds(of: Callable[[], object]) -> float:
    """Wall time of a call."""
    begun = time.perf_counter()
    of()
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command: a solve, the comparison, and a solve again, one JSON line in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/pjm")
    parser.add_argument("--intervention", default="edge")
    parser.add_argument("--gap", type=float, default=1e-3)
    asked = parser.parse_args(arguments)
    instance = op.load_instance(asked.instance)
    before = seconds(lambda: op.solve(instance, gap=asked.gap))
    begun = time.perf_counter()
    found = op.displacement(instance, asked.intervention, gap=asked.gap)
    compared = time.perf_counter() - begun
    after = seconds(lambda: op.solve(instance, gap=asked.gap))
    figures = {
        "instance": instance.name,
        "intervention": asked.intervention,
        "gap": asked.gap,
        "solve_seconds": [round(before, 2), round(after, 2)],
        "comparison_seconds": round(compared, 2),
        "solves": round(2 * compared / (before + after), 2),
        "verdict": str(found.verdict),
        "interval": [found.interval.low, found.interval.high],
        "step_share": found.step_share,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
