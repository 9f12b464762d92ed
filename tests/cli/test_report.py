"""The page that solve and displacement leave in their folder; ``report`` writes it again."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.schema.instance import Instance
from tests.cli.cases import small, write
from tests.report.page.reading import Page

Run = Callable[..., Any]


def test_solve_writes_a_page_and_prints_its_path(
    run: Run, small_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "plan"
    ran = run("solve", small_folder, "--out", out, "--quiet")
    assert ran.code == 0
    assert f"Report: {out / 'report.html'}" in ran.out
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_report_rewrites_the_same_page(run: Run, plan_folder: Path) -> None:
    page = plan_folder / "report.html"
    first = page.read_bytes()
    page.unlink()
    ran = run("report", plan_folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip() == f"Report: {page}"
    assert page.read_bytes() == first


def test_json_is_one_document(
    run: Run, small_folder: Path, plan_folder: Path, tmp_path: Path
) -> None:
    ran = run("report", plan_folder, "--json")
    page = str(plan_folder / "report.html")
    assert json.loads(ran.out) == {"out": str(plan_folder), "report": page}
    solved = run("solve", small_folder, "--out", tmp_path / "o", "--json", "--quiet")
    assert "report" not in json.loads(solved.out)
    assert (tmp_path / "o" / "report.html").is_file()


def test_a_displacement_and_each_of_its_worlds(
    run: Run, small_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "edge"
    ran = run("displacement", small_folder, "--out", out, "--quick", "--quiet")
    assert ran.code == 0, ran.err
    page = out / "report.html"
    assert f"Report: {page}" in ran.out
    first = page.read_bytes()
    assert run("report", out).code == 0
    assert page.read_bytes() == first
    assert run("report", out / "world-0").code == 0
    assert (out / "world-0" / "report.html").is_file()


def test_the_page_of_an_infeasible_case_says_so(run: Run, tmp_path: Path) -> None:
    classes = tuple(one.model_copy(update={"must_serve": True}) for one in small().classes)
    more = tuple(
        one.model_copy(update={"demand_gtok_per_h": {0: 1e6}}) for one in small().workloads
    )
    case = small().model_copy(update={"classes": classes, "workloads": more})
    folder = write(case, tmp_path / "case")
    for command in ("solve", "displacement"):
        out = tmp_path / command
        ran = run(command, folder, "--out", out, "--quiet")
        assert ran.code == 3, ran.err
        page = (out / "report.html").read_text(encoding="utf-8")
        assert "nfeasible" in page
        assert 'class="plot"' not in page
        assert run("report", out).code == 0
        assert (out / "report.html").read_text(encoding="utf-8") == page


NEW = {
    "edge": {},
    "chips": {"efficiency": {"energy_factor": 0.5}},
    "line": {"grid": [{"zone": "Z", "added_mw": 1}]},
}


@pytest.mark.thin(3)
@pytest.mark.parametrize("name", ["line", "edge", "chips"])
def test_everything_printed_is_on_the_page(run: Run, tmp_path: Path, name: str) -> None:
    """Whatever the commands print must also be on the pages."""
    own = [{"id": name, **NEW[name]}] if NEW[name] else []
    data = small().model_dump(mode="json", by_alias=True) | {"interventions": own}
    folder = write(Instance.model_validate(data), tmp_path / "case")
    for command, *more in (["solve"], ["displacement", "--intervention", name]):
        out = tmp_path / command
        ran = run(command, folder, *more, "--out", out, "--quiet")
        assert ran.code == 0, ran.err
        said = ran.out[: ran.out.index("Saved in")]
        words = set(re.sub(r"[\u2500-\u257f*]", " ", said).split())
        page = Page((out / "report.html").read_text(encoding="utf-8"))
        assert len(words) > 100
        assert words - set(page.text.split()) <= {"meaning"}  # a heading that cards do without
        first = page.text
        assert run("report", out).code == 0
        assert Page((out / "report.html").read_text(encoding="utf-8")).text == first


@pytest.mark.parametrize("content", [None, "{}"])
def test_a_folder_without_a_result_is_bad_input(
    run: Run, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "plan.json").write_text(content)
    ran = run("report", tmp_path)
    assert ran.code == 2
    assert "plan.json" in ran.err


def test_a_folder_that_cannot_be_written(
    run: Run, plan_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *arguments: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    ran = run("report", plan_folder)
    assert ran.code == 2
    assert "cannot be written: Permission denied" in ran.err
