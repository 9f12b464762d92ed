"""Translate the errors of the YAML parser."""

import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

_OPENS = {"flow sequence": ("[", "]"), "flow mapping": ("{", "}")}

_MESSAGES: tuple[tuple[str, str], ...] = (
    (
        r"mapping values are not allowed here",
        "unexpected colon: either the line is indented differently from the lines it belongs to,"
        " or a value that contains ': ' needs quotes",
    ),
    (r"found character '\\t'", "indented with a tab; use spaces"),
    (r"found character '(?P<sign>.)'", "a value cannot start with {sign}: put it in quotes"),
    (
        r"found undefined alias '(?P<name>[^']*)'",
        "the alias *{name} has no anchor &{name} above it",
    ),
    (
        r"scanning an (?:alias|anchor)",
        "* starts an alias and & an anchor, and its name is missing: put a value that starts with"
        " either in quotes",
    ),
    (
        r"simple key could not find expected ':'",
        "a key must be followed by a colon and a space",
    ),
    (
        r"expected a single document",
        "a second document starts here, after --- or ...; an instance is a single document",
    ),
    (
        r"expected <block end>",
        "the line does not continue the lines above it: check its indentation, and look for a"
        " missing - or comma, or for text after a complete value",
    ),
    (r"expected the node content, but found '<stream end>'", "a value is missing at the end"),
    (
        r"expected the node content, but found '(?P<sign>[^<].*)'",
        "a value is missing before {sign}",
    ),
    (
        r"expected escape sequence|unknown escape",
        "a backslash in double quotes starts an unknown escape sequence; use single quotes for a"
        " literal backslash",
    ),
    (r"scanning a directive|<document start>", "a line that starts with % is a YAML directive"),
    (r"chomping or indentation", "| or > must end its line; the text starts on the next one"),
)
"""Pattern of the parser's message, and the message for the user."""


def describe_error(error: YAMLError) -> tuple[int | None, str]:
    """Return the line of a parser error (from 1, if known) and a description of it."""
    if isinstance(error, ReaderError):
        sign = error.character if isinstance(error.character, int) else ord(error.character)
        return None, f"contains the character U+{sign:04X}, which YAML does not allow"
    if not isinstance(error, MarkedYAMLError):
        return None, f"is not valid YAML: {' '.join(str(error).split())}"
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    original = " ".join(part for part in (error.context, error.problem) if part)
    for kind, (first, last) in _OPENS.items():
        if f"parsing a {kind}" in original and opened is not None:
            above = mark is not None and mark.line != opened.line
            where = f" in line {opened.line + 1}" if above else ""
            words = f"the {first}{where} is not closed: expected a comma or {last}"
            return _line(mark), f"is not valid YAML: {words}"
    if "scanning a simple key" in original:
        mark = opened or mark
    if "quoted scalar found unexpected end of stream" in original:
        return _line(opened), "is not valid YAML: a quote that opens here is never closed"
    return _line(mark), f"is not valid YAML: {_translate(original)}"


def _translate(original: str) -> str:
    for pattern, words in _MESSAGES:
        if match := re.search(pattern, original):
            return words.format(**match.groupdict())
    return " ".join(original.split())


def _line(mark: Any) -> int | None:
    return None if mark is None else int(mark.line) + 1
