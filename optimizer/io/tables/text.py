"""The text of a file, in the encodings that editors and spreadsheets write."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from optimizer.errors import Problem

NO_FILE = "no such file"
SAVED_BY_SPREADSHEETS = (".csv", ".tsv", ".txt")


def read_bytes(path: Path, shown: str) -> bytes | Problem:
    """Content of a file, or why it cannot be read.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        How the user named it; messages say this.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return Problem(shown, None, "", None, NO_FILE)
    except IsADirectoryError:
        return Problem(shown, None, "", None, "is a folder, where a file is due")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(shown, None, "", None, f"cannot be read: {reason}")


def read_text(path: Path, shown: str) -> str | Problem:
    """Text of a file in UTF-8, or in UTF-16 with its mark; or why it cannot be read."""
    content = read_bytes(path, shown)
    if isinstance(content, Problem):
        return content
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if b"\0" in content and not wide:
        return Problem(shown, None, "", None, "is a binary file, where text is due")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            return Problem(shown, None, "", None, "is not text in UTF-16, as its mark says")
        line = content.count(b"\n", 0, error.start) + 1
        table = Path(shown).suffix.lower() in SAVED_BY_SPREADSHEETS
        hint = '; from a spreadsheet, save it as "CSV UTF-8"' if table else ""
        return Problem(shown, line, "", None, f"is not text in UTF-8{hint}")
    if "\0" in text:
        return Problem(shown, None, "", None, "is a binary file, where text is due")
    if not text.strip():
        return Problem(shown, None, "", None, "is empty")
    return text
