"""No mutant of a shipped file, an option or a saved plan crashes a command.

Mutants are made from seeds: ``python -m tests.mutations KIND SEED 1`` repeats one that failed.
`make test` runs a sample.  The slow test (``pytest -m slow``) makes as many of each kind as the
variable `OPTIMIZER_MUTATIONS` says.
"""

import os
from collections import Counter

import pytest

from tests.mutations.kinds import MAKES, Make, answers, of_plan, save_plans

SAMPLE = {
    "folder": range(7),
    "workbook": range(9, 15),
    "settings": range(15),
    "solved": range(4),
    "plan": range(6),
}
"""Seeds by kind: some of each kind are refused, and at least one is accepted."""

MANY = int(os.environ.get("OPTIMIZER_MUTATIONS", "12"))
FIRST_OF_MANY = 10_000


@pytest.fixture(scope="session")
def makes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Make]:
    """Kinds of mutants by name."""
    return {**MAKES, "plan": of_plan(save_plans(tmp_path_factory.mktemp("plans")))}


def judged(make: Make, kind: str, seeds: range) -> tuple[list[str], Counter[int]]:
    """Faults of the answers to mutants, and how many ended with which code."""
    faults, codes = [], Counter[int]()
    for seed in seeds:
        for done, answer in answers(make, kind, seed):
            faults += [f"{kind} {seed}: {done}: {fault}" for fault in answer.faults]
            codes[answer.code] += 1
    return faults, codes


@pytest.mark.parametrize("kind", SAMPLE)
def test_a_sample_of_mutants_is_handled(makes: dict[str, Make], kind: str) -> None:
    """Some mutants are refused and some accepted, so mutations neither do nothing nor break all."""
    faults, codes = judged(makes[kind], kind, SAMPLE[kind])
    assert faults == []
    assert codes[2] >= 2
    assert codes[0] >= 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", SAMPLE)
def test_many_mutants_are_handled(makes: dict[str, Make], kind: str) -> None:
    faults, _ = judged(makes[kind], kind, range(FIRST_OF_MANY, FIRST_OF_MANY + MANY))
    assert faults == []


def test_a_seed_always_makes_the_same_mutant(makes: dict[str, Make]) -> None:
    """Equal seeds make equal mutants, and different seeds different ones."""
    mutants = [
        [done for seed in range(12) for done, _ in answers(makes["settings"], "settings", seed)]
        for _ in range(2)
    ]
    assert mutants[0] == mutants[1]
    assert len({str(done) for done in mutants[0]}) > 9


def test_a_crash_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that crashes or prints nothing does not pass."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr("optimizer.load.load_instance", broken)
    faults, _ = judged(MAKES["settings"], "settings", range(1))
    assert any("exit code 1" in fault for fault in faults)
    assert any("a traceback" in fault for fault in faults)
