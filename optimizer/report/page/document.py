"""The document around the sections: style, charts, and a policy by which nothing is fetched."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from optimizer.io.atomic import write_atomic
from optimizer.report.page.html import Html, element, together

OWN = "optimizer.report.page"


@dataclass(frozen=True)
class Section:
    """A part of the page: the anchor it is found at, its heading, and what stands there."""

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
        What stands above the first heading.
    sections : sequence of Section
        Those without content are left out.
    """
    kept = [one for one in sections if one.content]
    drawn = any('class="plot"' in one.content for one in kept)
    scripts = [_plotly(), _own("charts.js")] if drawn else []
    links = (element("a", one.heading, href=f"#{one.anchor}") for one in kept)
    body = (
        element("header", top),
        element("nav", *links, aria_label="Sections"),
        element("main", *(_section(one) for one in kept)),
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


def _section(one: Section) -> Html:
    heading = element("h2", one.heading)
    return together(["\n", element("section", heading, one.content, id=one.anchor)])


def _policy(scripts: Sequence[str]) -> str:
    """What the browser may do: run these scripts and no other, apply styles, and load nothing."""
    digests = (hashlib.sha256(code.encode()).digest() for code in scripts)
    run = [f"'sha256-{base64.b64encode(one).decode()}'" for one in digests] or ["'none'"]
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {' '.join(run)}"


def _own(name: str) -> str:
    return (files(OWN) / name).read_text(encoding="utf-8")


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    code: str = get_plotlyjs()
    return code


PAGE = "report.html"


def write_page(page: str, folder: Path) -> Path:
    """Write a page to a folder atomically; its file."""
    write_atomic(folder / PAGE, page)
    return folder / PAGE
