"""A page takes its place in a folder once it is whole."""

from pathlib import Path

PAGE = "report.html"


def write_page(page: str, folder: Path) -> Path:
    """Write a page aside, then put it in the place of one that is there; its file."""
    file = folder / PAGE
    part = folder / f"{PAGE}.part"
    try:
        part.write_text(page, encoding="utf-8", newline="\n")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file
