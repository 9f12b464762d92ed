"""No mutant of a shipped file, an option or a saved plan brings down a command.

Mutants are made of seeds: ``python -m tests.mutations KIND SEED 1`` makes one that failed again.
A sample runs with every check.  The slow test (``pytest -m slow``) makes as many of each kind as
the variable `OPTIMIZER_MUTATIONS` says.
"""

import os

import pytest

from tests.mutations.kinds import MAKES, Make, answers, of_plan, save_plans

SAMPLE = {"folder": 50, "workbook": 15, "settings": 60, "solved": 8, "plan": 20}
MANY = int(os.environ.get("OPTIMIZER_MUTATIONS", "1000"))
FIRST_OF_MANY = 10_000


@pytest.fixture(scope="session")
def makes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Make]:
    """Kinds of mutants by name."""
    return {**MAKES, "plan": of_plan(save_plans(tmp_path_factory.mktemp("plans")))}


def faults(make: Make, kind: str, seeds: range) -> list[str]:
    return [
        f"{kind} {seed}: {done}: {fault}"
        for seed in seeds
        for done, answer in answers(make, kind, seed)
        for fault in answer.faults
    ]


@pytest.mark.parametrize("kind", SAMPLE)
def test_a_sample(makes: dict[str, Make], kind: str) -> None:
    assert faults(makes[kind], kind, range(SAMPLE[kind])) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", SAMPLE)
def test_many(makes: dict[str, Make], kind: str) -> None:
    assert faults(makes[kind], kind, range(FIRST_OF_MANY, FIRST_OF_MANY + MANY)) == []


def test_mutants_differ_and_come_again(makes: dict[str, Make]) -> None:
    """The seed makes the mutant: the same again, and another with another seed."""
    told = [
        [done for seed in range(30) for done, _ in answers(makes["settings"], "settings", seed)]
        for _ in range(2)
    ]
    assert told[0] == told[1]
    assert len({str(done) for done in told[0]}) > 25


@pytest.mark.parametrize("kind", ["folder", "workbook", "settings"])
def test_most_mutants_are_refused_and_some_are_not(makes: dict[str, Make], kind: str) -> None:
    """Otherwise the mutations would spoil nothing, or everything at the first byte."""
    codes = [answer.code for seed in range(12) for _, answer in answers(makes[kind], kind, seed)]
    assert codes.count(2) >= 6
    assert codes.count(0) >= 1


def test_a_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that breaks down, and one that says nothing, do not pass."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr("optimizer.load.load_instance", broken)
    found = faults(MAKES["settings"], "settings", range(1))
    assert any("exit code 1" in fault for fault in found)
    assert any("a traceback" in fault for fault in found)
