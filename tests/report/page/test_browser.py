"""The page in a browser: every chart is drawn, nothing is asked of any network, names stay text."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from optimizer.counterfactual.results import Displacement
from optimizer.plan.plan import Plan
from optimizer.report.page.displacement_page import displacement_page
from optimizer.report.page.plan_page import plan_page
from optimizer.report.page.study_page import study_page
from tests.report.page.conftest import renamed
from tests.report.page.reading import Page
from tests.report.studies import EVERY

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--virtual-time-budget=20000",
    "--enable-logging=stderr",
)
PROBE = "http://probe.invalid/x.png"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: apt-get install chromium"),
]


class Proxy(ThreadingHTTPServer):
    """Takes every request that a browser makes, answers none, and keeps their addresses."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Refuse(BaseHTTPRequestHandler):
            def refuse(self) -> None:
                asked.append(self.path)
                self.send_error(403)

            do_GET = do_POST = do_CONNECT = do_HEAD = refuse  # noqa: N815  # names of the protocol

            def log_message(self, format: str, *arguments: object) -> None:
                """Keep silent."""

        super().__init__(("127.0.0.1", 0), Refuse)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def opened(page: str, folder: Path, proxy: Proxy) -> tuple[str, list[str], set[str]]:
    """The page as the browser has it once drawn, what its console says, what it asked for."""
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    asked = f"--proxy-server=http://127.0.0.1:{proxy.server_port}"
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [CHROMIUM, *QUIET, asked, profile, "--dump-dom", file.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    return ran.stdout, console, {one for one in proxy.asked if not _its_own(one)}


def _its_own(asked: str) -> bool:
    """Whether the browser asks this of its maker, whatever page is open."""
    host = urlsplit(asked if "//" in asked else f"//{asked}").hostname or ""
    return host.endswith((".google.com", ".googleapis.com", ".gvt1.com"))


def charts_in(drawn: str) -> int:
    """How many charts stand in a page."""
    return sum("svg-container" in value.split() for *_, value in Page(drawn).attributes)


def test_the_browser_does_ask_for_what_a_page_names(tmp_path: Path, proxy: Proxy) -> None:
    page = f'<img src="{PROBE}"><script>console.log("said")</script>'
    _, console, asked = opened(page, tmp_path, proxy)
    assert PROBE in asked
    assert any("said" in line for line in console)


def test_a_plan_is_drawn_and_asks_for_nothing(plan: Plan, tmp_path: Path, proxy: Proxy) -> None:
    page = plan_page(plan)
    drawn, console, asked = opened(page, tmp_path, proxy)
    assert charts_in(drawn) == len(Page(page).specs) >= 6
    assert console == []
    assert asked == set()


def test_a_comparison_is_drawn_and_asks_for_nothing(
    answer: Displacement, tmp_path: Path, proxy: Proxy
) -> None:
    page = displacement_page(answer)
    drawn, console, asked = opened(page, tmp_path, proxy)
    assert charts_in(drawn) == len(Page(page).specs) >= 8
    assert console == []
    assert asked == set()


@pytest.mark.parametrize("made_of", EVERY)
def test_a_study_is_drawn_and_asks_for_nothing(made_of, tmp_path: Path, proxy: Proxy) -> None:
    page = study_page(*made_of())
    drawn, console, asked = opened(page, tmp_path, proxy)
    assert charts_in(drawn) == len(Page(page).specs) >= 1
    assert console == []
    assert asked == set()


def test_a_name_runs_nothing_and_loads_nothing(plan: Plan, tmp_path: Path, proxy: Proxy) -> None:
    hostile = (
        f"</script><script>document.title='taken'</script><img src='{PROBE}'"
        " onerror=\"document.title='taken'\"><a href='http://probe.invalid'>here</a>"
    )
    drawn, console, asked = opened(plan_page(renamed(plan, hostile)), tmp_path, proxy)
    page = Page(drawn)
    assert "<title>small: plan</title>" in drawn
    assert "img" not in page.tags
    assert not any(name == "href" and "probe" in value for _, name, value in page.attributes)
    assert console == []
    assert asked == set()


def test_the_policy_stops_what_would_slip_through(plan: Plan, tmp_path: Path, proxy: Proxy) -> None:
    """Should a name ever get in as markup, the browser runs and loads nothing of it."""
    slipped = f"<script>document.title='taken'</script><img src='{PROBE}'>"
    page = plan_page(plan).replace("</header>", f"{slipped}</header>")
    drawn, console, asked = opened(page, tmp_path, proxy)
    assert "<title>small: plan</title>" in drawn
    assert len(console) == 2
    assert asked == set()


def test_without_a_script_the_tables_remain(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(plan_page(plan).replace("script-src", "script-src 'none'; x"), encoding="utf-8")
    command = [CHROMIUM, *QUIET, f"--user-data-dir={tmp_path / 'p'}", "--dump-dom", file.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert charts_in(ran.stdout) == 0
    assert "Peak load / limit of each zone" in Page(ran.stdout).text
