"""Measure whether memory grows while scenarios of a study are worked out, in one process.

One line of JSON at every hundred: scenarios worked out, and MB that the process holds.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import optimizer as op
from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.worker import Base, Found, Task, perform

BYTES_PER_MB = 1e6
STATM = Path("/proc/self/statm")


def resident_mb() -> float:
    """Memory that this process holds, by Linux's own count (`proc_pid_statm(5)`)."""
    pages = int(STATM.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / BYTES_PER_MB


def study_of(instance: str, scenarios: int, displacement: Sequence[str]) -> op.Study:
    """Draw as many scenarios from the assumptions of an instance, all different."""
    return op.Study(
        op.load_instance(instance),
        sample={"draws": scenarios, "assumptions": "all"},
        keep={"displacement": list(displacement)},
    )


def work_through(study: op.Study) -> Iterator[Found]:
    """Work scenarios out one after another, as one worker does."""
    digest = digest_of_base(study.instance)
    base = Base.of(study.instance, digest)
    keep, options = study.definition.keep, study.definition.options
    for scenario in study.scenarios:
        found = perform(Task(digest, base, scenario.edits, keep, options, 1))
        if not isinstance(found, Found):
            raise TypeError("a task with its base was refused")
        yield found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", nargs="?", default="instances/tutorial")
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--displacement", nargs="*", default=[], metavar="INTERVENTION")
    asked = parser.parse_args(arguments)
    study = study_of(asked.instance, asked.scenarios, asked.displacement)
    unsolved = 0
    for count, found in enumerate(work_through(study), start=1):
        unsolved += found.status != "solved"
        if count % asked.every == 0:
            resident = round(resident_mb(), 1)
            told = {"scenarios": count, "unsolved": unsolved, "resident_mb": resident}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
