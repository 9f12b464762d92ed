"""Measure the cost of a displacement in solves of the same instance.

Quick: scenarios and interval.  Whole: attribution, proof and the range of elasticities too.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

import optimizer as op

FURTHER = ("attribution", "proof", "elasticity_range")


def seconds(call: Callable[[], object]) -> float:
    """Measure the wall time of a call."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a solve, both displacements and a solve again; print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/pjm")
    parser.add_argument("--intervention", default="edge")
    parser.add_argument("--gap", type=float, default=1e-3)
    options = parser.parse_args(arguments)
    instance = op.load_instance(options.instance)
    answers: dict[str, op.Displacement] = {}

    def compare(name: str, **wanted: bool) -> None:
        answers[name] = op.displacement(instance, options.intervention, gap=options.gap, **wanted)

    before = seconds(lambda: op.solve(instance, gap=options.gap))
    quick = seconds(lambda: compare("quick", **dict.fromkeys(FURTHER, False)))
    whole = seconds(lambda: compare("whole"))
    after = seconds(lambda: op.solve(instance, gap=options.gap))
    solve = (before + after) / 2
    figures = {
        "instance": instance.name,
        "intervention": options.intervention,
        "gap": options.gap,
        "solve_seconds": [round(before, 2), round(after, 2)],
        "quick_seconds": round(quick, 2),
        "quick_solves": round(quick / solve, 2),
        "whole_seconds": round(whole, 2),
        "whole_solves": round(whole / solve, 2),
        "verdict": str(answers["whole"].verdict),
        "interval": asdict(answers["whole"].interval),
        "proved_interval": asdict(answers["whole"].proved_interval),
        "step_share": answers["whole"].step_share,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
