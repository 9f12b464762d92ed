"""A worker that some scenarios kill: in the place of `optimizer.studies.worker.perform`."""

import os
import signal

from optimizer.studies.worker import NeedsBase, ScenarioOutcome, Task, perform

DEADLY_DEMAND = 0.625


def perform_or_die(task: Task) -> ScenarioOutcome | NeedsBase:
    """Run a scenario; the deadly one kills its worker instead."""
    if any(edit.value == DEADLY_DEMAND for edit in task.edits):
        os.kill(os.getpid(), signal.SIGKILL)
    return perform(task)
