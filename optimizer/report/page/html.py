"""HTML from text: whatever is not HTML already is escaped."""

from collections.abc import Iterable
from html import escape

from optimizer.report.display_table import DisplayTable

STAR = "*"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Text as HTML; HTML as it is."""
    return text if isinstance(text, Html) else Html(escape(text))


def together(parts: Iterable[str]) -> Html:
    """Join parts."""
    return Html("".join(map(escaped, parts)))


def element(tag: str, *children: str, **attributes: str | None) -> Html:
    """Make an element; an attribute of None is omitted, ``class_`` is written ``class``."""
    named = (
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Html(f"<{tag}{''.join(named)}>{together(children)}</{tag}>")


def paragraphs(sentences: Iterable[str], class_: str | None = None) -> Html:
    """Each sentence that is not empty as a paragraph."""
    return together(element("p", text, class_=class_) for text in sentences if text)


def as_tables(tables: Iterable[DisplayTable | None]) -> Html:
    """Tables one below the other; None is omitted."""
    return together(as_table(table) for table in tables if table is not None)


def as_table(table: DisplayTable) -> Html:
    """A table with its title, headings and note; it scrolls sideways if it is too wide."""
    head = element("tr", *(_heading(table, position) for position in range(len(table.columns))))
    rows = (
        element("tr", *(_cell(table, position, cell) for position, cell in enumerate(row)))
        for row in table.rows
    )
    head_and_rows = (
        element("thead", head) if any(table.columns) else "",
        element("tbody", *rows),
    )
    whole = element("table", *head_and_rows, aria_label=table.title) if table.rows else ""
    title = element("p", table.title, class_="caption")
    note = element("p", table.note, class_="note") if table.note else ""
    # The title stays in sight while the table scrolls.
    return element("div", title, element("div", whole, class_="scroll"), note, class_="table")


def _heading(table: DisplayTable, position: int) -> Html:
    return element("th", table.columns[position], scope="col", class_=_class(table, position))


def _cell(table: DisplayTable, position: int, cell: str) -> Html:
    text = cell.strip()
    if text.endswith(STAR) and position not in table.words:
        # Beside the figure and not part of it, so that figures align.
        text = together([text.removesuffix(STAR).rstrip(), element("sup", STAR)])
    if position == 0:
        return element("th", text, scope="row", class_=_class(table, position))
    return element("td", text, class_=_class(table, position))


def _class(table: DisplayTable, position: int) -> str | None:
    return None if position in table.words else "n"
