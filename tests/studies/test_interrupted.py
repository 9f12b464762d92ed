"""Ctrl-C: to the batch alone, or to all of its processes as a terminal sends it."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.studies.batches import STOPPED, apart, assert_all_end, assert_complete, batch, whole

SCENARIOS = 60


@pytest.mark.slow
@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("to_all", [False, True], ids=["alone", "group"])
def test_ctrl_c_stops_soon_and_keeps_finished_rows(tmp_path: Path, rows: int, to_all: bool) -> None:
    study = batch(SCENARIOS)
    with apart(tmp_path, SCENARIOS, group=True) as process:
        process.begun()
        for _ in range(rows):
            process.row()
        if not rows:
            while not process.family():  # the workers are being begun
                time.sleep(0.01)
        family = process.family()
        if to_all:
            os.killpg(process.popen.pid, signal.SIGINT)
        else:
            process.popen.send_signal(signal.SIGINT)
        code, said = process.end()
        assert_all_end(family)
    assert code == STOPPED, said
    assert "Traceback" not in said
    done = whole(study, tmp_path)
    assert f"stopped: {done} of {SCENARIOS} scenarios have a result" in said
    assert done == len(process.rows) < SCENARIOS
    assert not list(tmp_path.rglob("*.part"))


def test_waiting_scenarios_are_taken_back(tmp_path: Path) -> None:
    study = batch(8)
    rows = 0
    with ThreadPoolExecutor(1) as one:  # of two a worker, four are handed over at a time
        for _ in study.stream(tmp_path, jobs=2, executor=one):
            rows += 1
            if rows == 1:
                os.kill(os.getpid(), signal.SIGINT)
    # The next was begun by then, and perhaps the one after it.
    assert rows == whole(study, tmp_path) <= 3


@pytest.mark.slow
def test_a_second_ctrl_c_waits_for_nothing(tmp_path: Path) -> None:
    study = batch(SCENARIOS)
    with apart(tmp_path, SCENARIOS, group=True) as process:
        process.begun()
        process.row()
        family = process.family()
        for _ in range(2):
            os.killpg(process.popen.pid, signal.SIGINT)
            time.sleep(0.05)
        code, said = process.end()
        assert_all_end(family)
    assert code in (STOPPED, -signal.SIGINT), said  # under way may have ended between the two
    assert len(process.rows) <= whole(study, tmp_path) < SCENARIOS
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.slow
def test_an_interrupted_study_is_resumed(tmp_path: Path) -> None:
    study = batch(8)
    with apart(tmp_path, 8, group=True) as process:
        process.begun()
        process.row()
        process.popen.send_signal(signal.SIGINT)
        code, said = process.end()
    assert code in (0, STOPPED), said
    with apart(tmp_path, 8) as again:
        code, said = again.end()
    assert code == 0, said
    assert set(again.rows).isdisjoint(process.rows)
    assert_complete(study, tmp_path)
