"""Read the text of a file in common encodings, and recognise what spreadsheets do to values."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from optimizer.errors import Problem

NO_FILE = "no such file"
SAVED_BY_SPREADSHEETS = (".csv", ".tsv", ".txt")

ERROR = re.compile(r"#(?:[A-ZÀ-Þ_]+[!?]|DIV/0!|N/?[AVD]|GETTING_DATA)")
"""A formula error, in several languages."""

NARROW = re.compile(r"#{2,}")
"""What a spreadsheet shows for a number in a column that is too narrow."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|mär|okt|dez)"
DATE = re.compile(
    rf"\d{{1,2}}[-. ]{_MONTH}(?:[-. ]\d{{2,4}})?|{_MONTH}[-. ]\d{{2,4}}"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?.*)?"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?",
    re.IGNORECASE,
)
"""A date as spreadsheets show it: ``3-Jan``, ``Mar-26``, ``2026-01-03 00:00:00``, ``1/3/2026``."""

SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+-]\d{2,}")
"""A long number as a spreadsheet shows it, without its last digits: ``1.23457E+12``."""


def read_bytes(path: Path, shown: str) -> bytes | Problem:
    """Return the content of a file, or the problem that it cannot be read.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        Its path as the user gave it, for messages.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return Problem(shown, None, "", None, NO_FILE)
    except IsADirectoryError:
        return Problem(shown, None, "", None, "expected a file, got a folder")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(shown, None, "", None, f"cannot be read: {reason}")


def read_text(path: Path, shown: str) -> str | Problem:
    """Return the UTF-8 or marked UTF-16 text of a file, or the problem that it cannot be read."""
    content = read_bytes(path, shown)
    if isinstance(content, Problem):
        return content
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if b"\0" in content and not wide:
        return Problem(shown, None, "", None, "expected a text file, got a binary file")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            return Problem(shown, None, "", None, "has a UTF-16 byte order mark but is not UTF-16")
        line = content.count(b"\n", 0, error.start) + 1
        table = Path(shown).suffix.lower() in SAVED_BY_SPREADSHEETS
        hint = '; in a spreadsheet, save it as "CSV UTF-8"' if table else ""
        return Problem(shown, line, "", None, f"is not UTF-8 text{hint}")
    if "\0" in text:
        return Problem(shown, None, "", None, "expected a text file, got a binary file")
    if not text.strip():
        return Problem(shown, None, "", None, "is empty")
    return text
