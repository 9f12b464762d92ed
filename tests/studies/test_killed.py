"""``kill -9`` of a batch, or of its workers, at any moment: the study then ends complete."""

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import optimizer as op
from optimizer.studies import executors
from tests.studies.batches import (
    ENVIRONMENT,
    LONGEST_S,
    ROOT,
    TUTORIAL,
    apart,
    assert_all_end,
    assert_complete,
    assert_same_within_gaps,
    batch,
    files_of,
    whole,
)
from tests.studies.deadly import perform_or_die

SCENARIOS = 40


@pytest.mark.slow
def test_a_batch_killed_repeatedly_ends_complete(tmp_path: Path) -> None:
    study, out = batch(SCENARIOS), tmp_path / "out"
    chance = random.Random(20_261_125)
    told: list[str] = []
    for unheard, rows in enumerate((0, 1, 5, 2), start=1):
        with apart(out, SCENARIOS) as process:
            process.begun()
            for _ in range(rows):
                process.row()
            time.sleep(chance.uniform(0.0, 0.3 if rows else 2.0))
            family = process.family()
            process.popen.kill()
            process.end()
            assert_all_end(family)
        told += process.rows
        there = files_of(out)
        # A row is reported once it is saved: the last of a batch may be saved and not reported.
        assert len(told) <= whole(study, out) == len(there) <= len(told) + unheard
        assert not any(name.endswith(".part") for name in there)
    before = files_of(out)
    with apart(out, SCENARIOS) as process:
        code, said = process.end()
    assert code == 0, said
    assert len(told) == len(set(told)), "nothing twice"
    assert not set(told) & set(process.rows)
    assert len(process.rows) == SCENARIOS - len(before)
    assert files_of(out).items() >= before.items(), "what is kept is not written again"
    assert_complete(study, out)
    with ThreadPoolExecutor(1) as one:
        straight = study.run(tmp_path / "straight", jobs=1, executor=one)
    assert_same_within_gaps(study.results(out), straight)


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    return [one for one in process.children() if "spawn_main" in " ".join(one.cmdline())]


@pytest.mark.slow
def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    study = batch(12)
    names = []
    for row, tally in study.stream(tmp_path, jobs=2):
        names.append(row["scenario"])
        if tally.done in (2, 7):
            workers_of(psutil.Process())[0].kill()
    assert sorted(names) == sorted(one.name for one in study.scenarios)
    assert_complete(study, tmp_path)


@pytest.mark.slow
def test_a_scenario_that_kills_its_worker_becomes_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = batch(9)  # demand 0.5, 0.625, ...
    with monkeypatch.context() as patch:
        patch.setattr(executors, "perform", perform_or_die)
        results = study.run(tmp_path, jobs=2)
    (crashed,) = results[results["status"] != "solved"].to_dict("records")
    assert crashed["scenario"] == "base/demand=0.625"
    assert (crashed["status"], crashed["reason"]) == ("crashed", "its worker died twice")
    assert len(results) == len(study)
    assert study.run(tmp_path, jobs=1)["status"].value_counts()["crashed"] == 1, "kept"
    study.run(tmp_path, jobs=1, again=True)
    assert_complete(study, tmp_path)


UNGUARDED = f"""
import optimizer as op
study = op.Study(op.load_instance({str(TUTORIAL)!r}), name="batch")
study.run("out", jobs=1)
"""


@pytest.mark.slow
def test_a_script_without_a_main_guard_gets_a_message(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode == 1
    assert 'under `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]
    assert not list((tmp_path / "out" / "scenarios").glob("*.parquet"))


@pytest.mark.slow
def test_two_batches_into_the_same_folder(tmp_path: Path) -> None:
    study, out = batch(16), tmp_path / "out"
    with apart(out, 16, 1) as one:
        one.begun()
        one.row()
        one.row()
        with apart(out, 16, 1) as other:
            for process in (one, other):
                code, said = process.end()
                assert code == 0, said
    told = [*one.rows, *other.rows]
    assert set(told) == {scenario.name for scenario in study.scenarios}
    assert set(other.rows).isdisjoint(one.rows[:2])
    assert_complete(study, out)


def test_a_complete_batch_starts_nothing(tmp_path: Path) -> None:
    study = batch(2)
    with ThreadPoolExecutor(1) as one:
        study.run(tmp_path, executor=one)
    assert list(study.stream(tmp_path)) == []
    assert not workers_of(psutil.Process())


def test_root_is_this_repository() -> None:
    assert Path(op.__file__).is_relative_to(ROOT)
