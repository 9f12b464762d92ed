"""Names of columns and rows, such as ``flow[E/chat,C,m-node,2026,3]``, as file formats allow."""

import re
from collections.abc import Mapping

from optimizer.solvers.milp import Block

LONGEST = 255
"""Longest name, in characters, that every reader of both formats accepts."""


def names(blocks: Mapping[str, Block], brackets: str, illegal: re.Pattern[str]) -> list[str]:
    """Name every member of every block uniquely.

    Parameters
    ----------
    blocks : mapping of str to Block
    brackets : str
        The opening and the closing bracket around the ids.
    illegal : re.Pattern
        Characters that the format forbids in an id; ``_`` replaces them.  If that makes two names
        equal, or if a name is too long, the member's number in its block replaces the ids.
    """
    unique: dict[str, None] = {}
    for block in blocks.values():
        for number, key in enumerate(block.keys()):
            ids = ",".join(illegal.sub("_", str(label)) for label in key)
            name = f"{block.name}{brackets[0]}{ids}{brackets[1]}"
            if len(name) > LONGEST or name in unique:
                name = f"{block.name}{brackets[0]}#{number}{brackets[1]}"
            unique[name] = None
    return list(unique)
