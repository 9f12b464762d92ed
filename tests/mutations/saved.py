"""Mutations of a saved plan: its summary, its instance, its tables."""

import json
import math
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from optimizer.errors import InputError
from optimizer.load import load_instance
from tests.mutations.text import ANY_TEXT, flip_byte, insert_bytes, truncate
from tests.mutations.words import misspelt, typed

CELLS: tuple[Any, ...] = (
    math.nan, math.inf, -math.inf, None, -1.0, 0.0, 1e30, 1e300, 0.5, 2**62, "x", "", True, [1],
    {"a": 1}, b"x", pd.Timestamp("2026-01-03"),
)  # fmt: skip


def mutate_plan(random: Random, plan: Path, parent: Path) -> tuple[Path, list[str]]:
    """Copy a saved plan and spoil it; the folder, and what was done."""
    folder = parent / "plan"
    shutil.copytree(plan, folder)
    done = [plan.name]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        files = sorted(file for file in folder.iterdir() if file.is_file())
        kind = random.choice((".json", ".parquet", ".parquet"))
        file = random.choice([one for one in files if one.suffix == kind] or files)
        deed = random.choice((_content, _content, _content, _content, _bytes, _file))
        done.append(f"{file.name}: {deed(random, file, files)}")
    if random.random() < 0.8:
        _sign(folder)
    return folder, done


def _content(random: Random, file: Path, files: list[Path]) -> str:
    try:
        return (_table if file.suffix == ".parquet" else _document)(random, file)
    except Exception as error:  # a file that is spoilt already, or a table that cannot be so
        return f"not done: {type(error).__name__}"


def _bytes(random: Random, file: Path, files: list[Path]) -> str:
    deeds = ANY_TEXT if file.suffix == ".json" else (truncate, flip_byte, insert_bytes)
    deed = random.choice(deeds)
    file.write_bytes(deed(random, file.read_bytes()))
    return deed.__name__


def _file(random: Random, file: Path, files: list[Path]) -> str:
    deed = random.choice(("remove", "folder", "another"))
    content = random.choice(files).read_bytes()
    file.unlink()
    if deed == "folder":
        file.mkdir()
    elif deed == "another":
        file.write_bytes(content)
    return deed


def _document(random: Random, file: Path) -> str:
    """Change one value somewhere in a document."""
    data = json.loads(file.read_text())
    above, key, path = data, "", ""
    while isinstance(above, dict | list) and above:
        key = random.choice(list(above) if isinstance(above, dict) else range(len(above)))
        path += f".{key}"
        inner = above[key]
        if not (isinstance(inner, dict | list) and inner) or random.random() < 0.1:
            break
        above = inner
    deed = random.choice(("give", "give", "give", "drop", "rename", "scale"))
    if deed == "drop":
        del above[key]
    elif deed == "rename" and isinstance(above, dict):
        above[misspelt(random, str(key))] = above.pop(key)
    elif deed == "scale" and isinstance(above[key], int | float):
        above[key] = random.choice((-1, 1e3, 1.0001, 1e300)) * above[key]
    else:
        above[key] = typed(random)
    file.write_text(json.dumps(data))
    return f"{deed} {path}"


def _sign(folder: Path) -> None:
    """Let the plan name the instance that stands beside it, so that it is looked into."""
    file = folder / "plan.json"
    try:
        data = json.loads(file.read_text())
        data["run"]["digest"] = load_instance(folder / "instance.json").digest()
        file.write_text(json.dumps(data))
    except (OSError, ValueError, TypeError, KeyError, InputError):
        return


def _table(random: Random, file: Path) -> str:
    table = pd.read_parquet(file)
    column = random.choice(list(table.columns))
    deed = random.choice(list(DEEDS))
    DEEDS[deed](random, table, column).to_parquet(file, index=False)
    return f"{deed} {column}"


def _give(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    cells = list(table[column])
    if cells:
        cells[random.randrange(len(cells))] = random.choice(CELLS)
    return table.assign(**{str(column): pd.Series(cells)})


def _give_all(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    return table.assign(**{str(column): pd.Series([random.choice(CELLS)] * len(table))})


def _exchange(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    return table.assign(**{str(column): table[random.choice(list(table.columns))]})


def _rename(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    return table.rename(columns={column: misspelt(random, str(column))})


def _repeat(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    return pd.concat([table, table.sample(min(len(table), 1), random_state=random.randrange(99))])


def _lose(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    return table.drop(table.index[random.randrange(len(table))])


def _narrow(random: Random, table: pd.DataFrame, column: Any) -> pd.DataFrame:
    kinds = ("str", "float32", "bool", "category", "int8", "complex")
    return table.astype({column: random.choice(kinds)})


DEEDS: dict[str, Any] = {
    "give": _give,
    "give again": _give,
    "give all": _give_all,
    "exchange": _exchange,
    "drop": lambda random, table, column: table.drop(columns=column),
    "rename": _rename,
    "repeat": _repeat,
    "lose": _lose,
    "empty": lambda random, table, column: table.iloc[:0],
    "narrow": _narrow,
    "no columns": lambda random, table, column: table[[]],
}
