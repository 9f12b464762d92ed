"""Kinds of mutants: each made of a seed, and the commands that it is given to."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tests.mutations.cells import mutate_workbook
from tests.mutations.folder import INSTANCES, mutate_folder
from tests.mutations.judge import Answer, judged
from tests.mutations.saved import mutate_plan
from tests.mutations.settings import absurd_setting, allowed_setting

COARSE = ("--set", "time.days=1", "--set", "time.hours_per_step=24")
SOLVE = ("--time-limit", "2", "--threads", "1", *COARSE)
POLICIES = (
    "--set", "policy.co2_cap_t_per_year=1e9", "--set", "policy.min_edge_share=0.1",
    "--set", "contracts.DOM-ppa.limit_mw=50", "--gap", "0.05",
)  # fmt: skip
"""What fills more tables of a plan."""

Answers = Iterator[tuple[list[str], Answer]]
Make = Callable[[Random, Path], Answers]


def of_folder(random: Random, parent: Path) -> Answers:
    """A folder of files, validated."""
    folder, done = mutate_folder(random, parent)
    yield done, judged("validate", folder, within=parent)


def of_workbook(random: Random, parent: Path) -> Answers:
    """A workbook, validated."""
    file, done = mutate_workbook(random, parent)
    yield done, judged("validate", file, within=parent)


def _settings(random: Random, instance: str, one: Callable[[Random, str], str]) -> list[str]:
    wanted = [one(random, instance) for _ in range(random.choice((1, 1, 2, 3)))]
    return [word for one in wanted for word in ("--set", one)]


def of_settings(random: Random, parent: Path) -> Answers:
    """Absurd options over files that are sound, validated."""
    instance = random.choice(("tutorial", "policies"))
    done = _settings(random, instance, absurd_setting)
    yield [instance, *done], judged("validate", INSTANCES / instance, *done, within=parent)


def solved(random: Random, parent: Path) -> Answers:
    """Absurd options or a spoilt folder, solved with little time, verified and told of."""
    instance = random.choice(("tutorial", "tutorial", "policies"))
    where, done = INSTANCES / instance, [instance]
    options = _settings(random, instance, allowed_setting)
    if random.random() < 0.2:
        where, done = mutate_folder(random, parent)
        options = []
        if where.name not in ("tutorial", "policies"):
            return
    out = parent / "out"
    answer = judged("solve", where, *options, *SOLVE, "--out", out, within=parent)
    yield [*done, *options], answer
    if answer.code in (0, 4):
        yield [*done, *options, "verify"], judged("verify", out, within=parent)
    if answer.code in (0, 3, 4, 5):
        yield [*done, *options, "info"], judged("info", out, within=parent)


def of_plan(plans: list[Path]) -> Make:
    """Saved plans, verified and told of."""

    def make(random: Random, parent: Path) -> Answers:
        folder, done = mutate_plan(random, random.choice(plans), parent)
        for command in ("verify", "info"):
            yield [*done, command], judged(command, folder, within=parent)

    return make


def answers(make: Make, kind: str, seed: int) -> Answers:
    """Answers to the mutant of a kind that a seed makes."""
    with tempfile.TemporaryDirectory() as parent:
        yield from make(Random(f"{kind} {seed}"), Path(parent))


def save_plans(parent: Path) -> list[Path]:
    """Solve what is to be spoilt as a saved plan."""
    found = []
    for instance in ("tutorial", "policies"):
        options = () if instance == "tutorial" else (*COARSE, *POLICIES)
        out = parent / instance
        answer = judged("solve", INSTANCES / instance, *options, "--out", out, within=parent)
        assert answer.code == 0, answer.err
        found.append(out)
    return found


MAKES: dict[str, Make] = {
    "folder": of_folder,
    "workbook": of_workbook,
    "settings": of_settings,
    "solved": solved,
}
