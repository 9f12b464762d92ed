"""A small table, ready to be shown on a terminal or a page."""

from dataclasses import dataclass, replace

GAP = 3
"""Characters between columns."""

LONGEST_WORD = 30
"""Characters of an id that a narrow table keeps on one line."""


@dataclass(frozen=True)
class DisplayTable:
    """Cells as text, under headings that give each quantity and unit once.

    Attributes
    ----------
    title : str
        The quantity shown, with its unit.
    columns : tuple of str
        Headings.
    rows : tuple of tuple of str
        Cells; each row is as long as `columns`.
    words : tuple of int
        Positions of the columns that hold words; the others hold numbers.
    note : str
        Printed below the table, or in place of its rows if there are none.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: tuple[int, ...] = (0,)
    note: str = ""

    def widths(self, width: int) -> tuple[int, ...]:
        """Characters of each column on lines of a width; prose wraps, ids and numbers do not."""
        widths = list(map(self._least, range(len(self.columns))))
        needs = {position: self._full(position) - widths[position] for position in self.words}
        room = max(width - sum(widths) - GAP * (len(widths) - 1), 0)
        for left, position in enumerate(sorted(needs, key=lambda n: needs[n])):
            given = min(needs[position], room // (len(needs) - left))
            widths[position] += given
            room -= given
        return tuple(widths)

    def _cells(self, position: int) -> list[str]:
        return [self.columns[position], *(row[position] for row in self.rows)]

    def _full(self, position: int) -> int:
        return max(map(len, self._cells(position)))

    def _least(self, position: int) -> int:
        if position not in self.words:
            return self._full(position)
        words = (word for cell in self._cells(position) for word in cell.split())
        return min(max(map(len, words), default=0), LONGEST_WORD)

    def pieces(self, width: int) -> "tuple[DisplayTable, ...]":
        """Split a table that is too wide: leading word columns are repeated in each piece.

        Parameters
        ----------
        width : int
            Characters of a line.
        """
        leading = next(n for n in range(1, len(self.columns) + 1) if n not in self.words)
        names = list(range(min(leading, len(self.columns))))
        pieces, used = [list(names)], sum(self._least(n) + GAP for n in names) - GAP
        room = width - used
        for position in range(len(names), len(self.columns)):
            needed = self._least(position) + GAP
            if needed > room and len(pieces[-1]) > len(names):
                pieces.append(list(names))
                room = width - used
            pieces[-1].append(position)
            room -= needed
        return tuple(map(self._only, pieces)) if len(pieces) > 1 else (self,)

    def _only(self, positions: list[int]) -> "DisplayTable":
        rows = tuple(tuple(row[position] for position in positions) for row in self.rows)
        words = tuple(n for n, position in enumerate(positions) if position in self.words)
        columns = tuple(self.columns[position] for position in positions)
        return replace(self, columns=columns, rows=rows, words=words)
