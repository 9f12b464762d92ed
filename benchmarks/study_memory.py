"""Measure whether memory grows while one process runs the scenarios of a study.

Prints one JSON line every hundred scenarios, with resident memory in MB.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import optimizer as op
from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.worker import Base, ScenarioOutcome, Task, perform

BYTES_PER_MB = 1e6
STATM = Path("/proc/self/statm")


def resident_mb() -> float:
    """Return the resident memory of this process on Linux (`proc_pid_statm(5)`)."""
    pages = int(STATM.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / BYTES_PER_MB


def study_of(instance: str, scenarios: int, displacement: Sequence[str]) -> op.Study:
    """Draw different scenarios from the assumptions of an instance."""
    return op.Study(
        op.load_instance(instance),
        sample={"draws": scenarios, "assumptions": "all"},
        keep={"displacement": list(displacement)},
    )


def work_through(study: op.Study) -> Iterator[ScenarioOutcome]:
    """Run scenarios one after another, as a worker does."""
    digest = digest_of_base(study.instance)
    base = Base.of(study.instance, digest)
    keep, limits = study.definition.keep, study.definition.options
    for scenario in study.scenarios:
        outcome = perform(Task(digest, base, scenario.edits, keep, limits, 1))
        if not isinstance(outcome, ScenarioOutcome):
            raise TypeError("a task with its base was refused")
        yield outcome


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/tutorial")
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--displacement", nargs="*", default=[], metavar="INTERVENTION")
    options = parser.parse_args(arguments)
    study = study_of(options.instance, options.scenarios, options.displacement)
    unsolved = 0
    for count, outcome in enumerate(work_through(study), start=1):
        unsolved += outcome.status != "solved"
        if count % options.every == 0:
            resident = round(resident_mb(), 1)
            line = {"scenarios": count, "unsolved": unsolved, "resident_mb": resident}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
