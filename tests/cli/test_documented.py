"""The page of the command line lists what there is."""

import re
from pathlib import Path

from optimizer.cli import COMMANDS
from optimizer.cli.session import Exit

PAGE = (Path(__file__).resolve().parents[2] / "docs/command-line.md").read_text(encoding="utf-8")


def test_the_table_lists_every_command_in_the_order_of_the_help() -> None:
    listed = dict.fromkeys(re.findall(r"^\| `optimizer (\w+)", PAGE, re.MULTILINE))
    assert list(listed) == [command.__name__ for command in COMMANDS]


def test_the_table_lists_every_exit_code() -> None:
    listed = re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)
    assert [int(code) for code in listed] == list(Exit)
