"""Measure what a comparison of worlds costs, in solves of the same instance, in one run.

Quick: worlds and interval.  Whole: attribution, proof and the range of elasticities too.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

import optimizer as op

FURTHER = ("attribution", "proof", "elasticity_range")


def seconds(of: Callable[[], object]) -> float:
    """Wall time of a call."""
    begun = time.perf_counter()
    of()
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command: a solve, both comparisons, and a solve again, one JSON line in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/pjm")
    parser.add_argument("--intervention", default="edge")
    parser.add_argument("--gap", type=float, default=1e-3)
    asked = parser.parse_args(arguments)
    instance = op.load_instance(asked.instance)
    answers: dict[str, op.Displacement] = {}

    def compare(name: str, **wanted: bool) -> None:
        answers[name] = op.displacement(instance, asked.intervention, gap=asked.gap, **wanted)

    before = seconds(lambda: op.solve(instance, gap=asked.gap))
    quick = seconds(lambda: compare("quick", **dict.fromkeys(FURTHER, False)))
    whole = seconds(lambda: compare("whole"))
    after = seconds(lambda: op.solve(instance, gap=asked.gap))
    one = (before + after) / 2
    figures = {
        "instance": instance.name,
        "intervention": asked.intervention,
        "gap": asked.gap,
        "solve_seconds": [round(before, 2), round(after, 2)],
        "quick_seconds": round(quick, 2),
        "quick_solves": round(quick / one, 2),
        "whole_seconds": round(whole, 2),
        "whole_solves": round(whole / one, 2),
        "verdict": str(answers["whole"].verdict),
        "interval": asdict(answers["whole"].interval),
        "proved_interval": asdict(answers["whole"].proved_interval),
        "step_share": answers["whole"].step_share,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
