"""A shipped instance in a folder, with one or a few things done to it."""

import os
import shutil
from pathlib import Path
from random import Random

from tests.mutations.delimited import CSV
from tests.mutations.text import ANY_TEXT
from tests.mutations.yaml import YAML

ROOT = Path(__file__).parents[2]
INSTANCES = ROOT / "instances"
SHIPPED = {"tutorial": 6, "policies": 6, "abilene": 2, "offgrid-us": 2, "pjm": 1}
"""Instances, and how often each is taken: by what reading it costs."""


def mutate_folder(random: Random, parent: Path) -> tuple[Path, list[str]]:
    """Copy an instance and spoil it; the folder, and what was done."""
    name = random.choices(list(SHIPPED), SHIPPED.values())[0]
    folder = parent / name
    folder.mkdir()
    for file in INSTANCES.joinpath(name).iterdir():
        if file.suffix in (".csv", ".yaml"):
            shutil.copy(file, folder)
    times = random.choice((1, 1, 1, 2, 3))
    return folder, [name, *(_spoil(random, folder) for _ in range(times))]


def _spoil(random: Random, folder: Path) -> str:
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.is_symlink())
    if not files:
        return "nothing left"
    main = folder / "instance.yaml"
    file = main if random.random() < 0.4 and main in files else random.choice(files)
    if random.random() < 0.06:
        return f"{_displace(random, file, files)} {file.name}"
    of_kind = YAML if file.suffix == ".yaml" else CSV
    mutation = random.choice(of_kind if random.random() < 0.5 else ANY_TEXT)
    file.write_bytes(mutation(random, file.read_bytes()))
    return f"{mutation.__qualname__} {file.name}"


def _displace(random: Random, file: Path, files: list[Path]) -> str:
    """Do to a file what no editor does."""
    deed = random.choice(("remove", "folder", "another", "outside", "loop", "rename", "locked"))
    other = random.choice(files)
    if deed == "another":
        file.write_bytes(other.read_bytes())
    elif deed == "rename":
        file.rename(file.with_name(random.choice((file.name.upper(), f"{file.name}.bak"))))
    elif deed == "locked":
        file.chmod(0)
    else:
        file.unlink()
    if deed == "folder":
        file.mkdir()
    elif deed == "outside":
        file.symlink_to(os.devnull)
    elif deed == "loop":
        file.symlink_to(file.name)
    return deed
