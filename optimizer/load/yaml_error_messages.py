"""What the parser of YAML stumbles over, in a planner's words."""

import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

_OPENS = {"flow sequence": ("[", "]"), "flow mapping": ("{", "}")}

_WORDS: tuple[tuple[str, str], ...] = (
    (
        r"mapping values are not allowed here",
        "a colon where none may be: the line is indented unlike the one it belongs to, or a value"
        " that holds ': ' lacks its quotes",
    ),
    (r"found character '\\t'", "a tab, where spaces are due"),
    (r"found character '(?P<sign>.)'", "a value may not begin with {sign}: put it in quotes"),
    (
        r"found undefined alias '(?P<name>[^']*)'",
        "the alias *{name} has no anchor &{name} above it",
    ),
    (
        r"scanning an (?:alias|anchor)",
        "a * begins an alias and a & an anchor, and the name is missing: put a value that begins so"
        " in quotes",
    ),
    (r"simple key could not find expected ':'", "a key without a colon and a space behind it"),
    (
        r"expected a single document",
        "a second document begins here, after --- or ...; an instance is one",
    ),
    (
        r"expected <block end>",
        "the line does not go on from those above it: look at its indentation, for a missing - or"
        " comma, and for text behind a value that is complete",
    ),
    (r"expected the node content, but found '<stream end>'", "a value is missing at the end"),
    (
        r"expected the node content, but found '(?P<sign>[^<].*)'",
        "a value is missing before {sign}",
    ),
    (
        r"expected escape sequence|unknown escape",
        "a backslash in double quotes begins an escape that does not exist; in single quotes it is"
        " a backslash",
    ),
    (r"scanning a directive|<document start>", "a % that begins a line begins a directive of YAML"),
    (r"chomping or indentation", "text behind | or >, which begin text on the lines below"),
)
"""What the parser says, as a pattern, and what a planner is told."""


def in_words(error: YAMLError) -> tuple[int | None, str]:
    """Line of an error of the parser, from 1 where it tells one, and what is wrong there."""
    if isinstance(error, ReaderError):
        sign = error.character if isinstance(error.character, int) else ord(error.character)
        return None, f"holds the character U+{sign:04X}, which YAML does not allow"
    if not isinstance(error, MarkedYAMLError):
        return None, f"is not valid YAML: {' '.join(str(error).split())}"
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    for kind, (first, last) in _OPENS.items():
        if f"parsing a {kind}" in said and opened is not None:
            above = mark is not None and mark.line != opened.line
            where = f" of line {opened.line + 1}" if above else ""
            words = f"the {first}{where} is not closed: a comma or {last} is due"
            return _line(mark), f"is not valid YAML: {words}"
    if "scanning a simple key" in said:
        mark = opened or mark
    if "quoted scalar found unexpected end of stream" in said:
        return _line(opened), "is not valid YAML: a quote that opens here is never closed"
    return _line(mark), f"is not valid YAML: {_plain(said)}"


def _plain(said: str) -> str:
    for pattern, words in _WORDS:
        if found := re.search(pattern, said):
            return words.format(**found.groupdict())
    return " ".join(said.split())


def _line(mark: Any) -> int | None:
    return None if mark is None else int(mark.line) + 1
