"""A saved answer, read again: its numbers, without the plans of its worlds."""

import json
from pathlib import Path
from typing import Any

from optimizer.counterfactual.result import DISPLACEMENT_FORMAT
from optimizer.errors import InputError, Problem
from optimizer.formats import fault_of_format

ANSWER = "displacement.json"

LATER: dict[str, Any] = {
    "mandates_dropped": [],
    "proved": False,
    "proved_interval": {"low": None, "high": None},
    "elasticity_range": [],
}
"""What answers of format 1 may lack, and what it says that nothing is known of it."""

NEEDED = (
    *("instance", "intervention", "description", "status", "verdict", "forced_by", "interval"),
    *("tokens", "energy", "peak", "draw", "by_year", "worlds", *LATER),
)


def load_answer(folder: Path) -> dict[str, Any]:
    """Read what a saved displacement says, as `Displacement.summary` has it.

    Raises
    ------
    InputError
        Where the folder holds none that is whole, or one of another format.
    """
    file = folder / ANSWER
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"cannot be read: {error}"
        raise InputError([Problem(str(file), None, "", None, message)]) from None
    found = data.get("format") if isinstance(data, dict) else None
    if message := fault_of_format(found, DISPLACEMENT_FORMAT, "displacement"):
        raise InputError([Problem(str(file), None, "format", str(found), message)])
    if found == 1:
        data = LATER | data
    if missing := [name for name in NEEDED if name not in data]:
        raise InputError([Problem(str(file), None, name, None, "is missing") for name in missing])
    return {name: value for name, value in data.items() if name != "format"}
