"""Mutants by hand: ``python -m tests.mutations KIND FIRST COUNT``; what is wrong with answers."""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutations.kinds import MAKES, answers, of_plan, save_plans


def main() -> None:
    """Make mutants of a kind, and print each fault, how commands ended, and what took longest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[*MAKES, "plan"])
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--messages", action="store_true", help="print what each mutant is told")
    asked = parser.parse_args()
    codes: Counter[int] = Counter()
    slowest = (0.0, -1)
    with tempfile.TemporaryDirectory() as parent:
        make = of_plan(save_plans(Path(parent))) if asked.kind == "plan" else MAKES[asked.kind]
        for seed in range(asked.first, asked.first + asked.count):
            begun = time.process_time()
            for done, answer in answers(make, asked.kind, seed):
                codes[answer.code] += 1
                if answer.faults:
                    print(f"\n{asked.kind} {seed}: {done}\n  {'; '.join(answer.faults)}")
                    print("\n".join(f"  | {line}" for line in answer.err.splitlines()[-25:]))
                elif asked.messages:
                    print(f"{seed}: {done}\n" + answer.err, end="", flush=True)
            slowest = max(slowest, (time.process_time() - begun, seed))
    print(f"exit codes {dict(codes)}; longest {slowest[0]:.1f} s of CPU (seed {slowest[1]})")


main()
