"""A small table, ready to be shown on a terminal or a page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DisplayTable:
    """Cells in words, with what they are and in which unit said once.

    Attributes
    ----------
    title : str
        What the figures are, with their unit.
    columns : tuple of str
        Headings.
    rows : tuple of tuple of str
        Cells; each row is as long as `columns`.
    words : tuple of int
        Positions of the columns that hold words; the others hold numbers.
    note : str
        What must be said beside it; also what is said where there are no rows.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: tuple[int, ...] = (0,)
    note: str = ""
