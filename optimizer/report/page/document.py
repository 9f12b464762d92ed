"""The document around the sections: style, scripts, and a policy by which nothing is fetched."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from optimizer.io.atomic import write_atomic
from optimizer.report.page.html import Html, element, together

OWN = "optimizer.report.page"
PAGE = "report.html"


@dataclass(frozen=True)
class Section:
    """A part of the page: its anchor, heading and content."""

    anchor: str
    heading: str
    content: Html


def document(title: str, top: Html, sections: Sequence[Section]) -> str:
    """The whole page.

    Parameters
    ----------
    title : str
        Shown by the browser.
    top : Html
        Precedes the first heading.
    sections : sequence of Section
        Those without content are omitted.
    """
    kept = [section for section in sections if section.content]
    drawn = any('class="plot"' in section.content for section in kept)
    scripts = [_plotly(), _own("charts.js")] if drawn else []
    links = (element("a", section.heading, href=f"#{section.anchor}") for section in kept)
    body = (
        element("header", top),
        element("nav", *links, aria_label="Sections"),
        element("main", *map(_section, kept)),
        *(element("script", Html(code)) for code in scripts),
    )
    head = (
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        element("title", title),
        element("style", Html(_own("style.css"))),
        element("noscript", element("style", Html(".plot{display:none}"))) if drawn else "",
    )
    root = Html(f'<html lang="en-US">\n{element("head", *head)}\n{element("body", *body)}\n</html>')
    return f"<!DOCTYPE html>\n{root}\n"


def _section(section: Section) -> Html:
    heading = element("h2", section.heading)
    return together(["\n", element("section", heading, section.content, id=section.anchor)])


def _policy(scripts: Sequence[str]) -> str:
    """What the browser may do: run these scripts and no other, apply styles, load nothing."""
    digests = (hashlib.sha256(code.encode()).digest() for code in scripts)
    allowed = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests] or ["'none'"]
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {' '.join(allowed)}"


def _own(name: str) -> str:
    return (files(OWN) / name).read_text(encoding="utf-8")


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    code: str = get_plotlyjs()
    return code


def write_page(page: str, folder: Path) -> Path:
    """Write a page into a folder atomically; return its file."""
    write_atomic(folder / PAGE, page)
    return folder / PAGE
