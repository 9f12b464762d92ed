"""A page read as a browser reads it: its text, what it would load, and what it draws."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from plotly.offline import get_plotlyjs

LOADING = ("src", "href", "srcset", "data", "poster", "action", "background", "cite", "xlink:href")


class Page(HTMLParser):
    """Text, scripts and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.specs: list[dict[str, Any]] = []
        self._inside: tuple[str, str | None] = ("", None)
        self.feed(text)
        self.close()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def own_scripts(self) -> list[str]:
        """Scripts that run, but for the library that draws."""
        return [code for code in self.scripts if code != get_plotlyjs()]

    @property
    def loaded(self) -> list[str]:
        """Everything that the page would fetch, by attributes and by its style."""
        found = [value for _, name, value in self.attributes if name in LOADING]
        for style in (*self.styles, *(value for *_, value in self.attributes)):
            found += re.findall(r"""@import[^;]*|url\((?!["']?#)[^)]*\)""", style)
        return [value for value in found if not value.startswith("#")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = (tag, dict(attrs).get("type"))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ("", None)

    def handle_data(self, data: str) -> None:
        tag, kind = self._inside
        if tag == "script" and kind == "application/json":
            self.specs.append(json.loads(data))
        elif tag == "script":
            self.scripts.append(data)
        elif tag == "style":
            self.styles.append(data)
        else:
            self.words.append(data)


def flat(text: str) -> str:
    """Text with single spaces, as `Page.text` has it."""
    return " ".join(text.split())
