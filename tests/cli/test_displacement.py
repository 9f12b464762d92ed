"""``optimizer displacement``: its output, its files and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.solvers.backends.base import Backend, StopReason
from tests.cli.stops import Stops
from tests.cli.test_process import command

Run = Callable[..., Any]
TUTORIAL = Path(__file__).parents[2] / "instances" / "tutorial"


def stop(monkeypatch: pytest.MonkeyPatch, reason: StopReason, *, at_once: bool) -> None:
    backend: Backend = Stops(reason, at_once)
    monkeypatch.setattr("optimizer.solvers.context.backend_named", lambda _: backend)


@pytest.fixture
def uncompared(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("compared before the folder was checked")

    monkeypatch.setattr("optimizer.counterfactual.displacement", fail)


def test_0_solved_prints_the_verdict_first_and_the_rest_in_order(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "answer"
    ran = run("displacement", TUTORIAL, "--gap", "0", "--out", out)
    assert ran.code == 0, ran.err
    words = " ".join(ran.out.split())
    assert words.startswith(
        "Edge replaces 50% of the work it carries; the other 50% is new (work D = 0.50, mixed)."
        " In 2026, site energy rises by 27.6 GWh (energy D = 0.30, mostly adds). Grid draw"
        " does not change (grid D = 1.00, substitutes); at the hours of grid stress (RIVER, 2026)"
        " it does not change (stress D = 1.00, substitutes). Edge needs"
        " 1.67 times the energy per token: 0.0250 MWh/Gtok, against 0.0150 saved elsewhere for each"
        " Gtok given up; energy D = 0.50 x 0.60 = 0.30. "
    )
    in_order = [
        "tokens, Ptok site energy, GWh grid draw, GWh peak, MW stress, MW",
        "displacement D 0.50 0.30 1.00 0.30 1.00",
        "attributional share",
        "change of peak +3.15",
        "would carry 1.35 MW less",
        "2026 mostly adds 0.30 0.30 0.50 1.00 1.00 0.30 Forced by: limits without which",
        "RIVER without 8,760 (100%) RIVER with it 8,760 (100%)",
        "Without RIVER in either world, energy D would be 0.30 (mostly adds): it does not force",
        "RIVER 0 unchanged",
        "Phones that take part",
        "fixed service with it, serving the same tokens optimal 0%",
        "hold 0% of the tokens of edge",
        f"optimizer verify {out}",
    ]
    places = [words.find(text) for text in in_order]
    assert -1 not in places, in_order[places.index(-1)]
    assert places == sorted(places)
    tables = ran.out[: ran.out.index("Saved in")]
    assert max(map(len, tables.splitlines())) <= 100
    assert "-0.00" not in tables
    assert run("verify", out).code == 0
    for world in ("0", "1"):
        assert run("verify", out / f"world-{world}").code == 0


def test_stdout_has_only_the_json_document(tmp_path: Path) -> None:
    setting = "zones.RIVER.capacity_mw=1300"
    asked = ("displacement", TUTORIAL, "--json", "--out", "answer", "--set", setting)
    done = command(*asked, "--no-attribution", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document, end = json.JSONDecoder().raw_decode(done.stdout)
    assert done.stdout[end:] == "\n"
    assert "fixed service (with it, serving the same tokens)" in done.stderr
    assert "HiGHS" not in done.stdout + done.stderr
    saved = json.loads((tmp_path / "answer" / "displacement.json").read_text())
    assert document.pop("out") == "answer"
    assert document.pop("set") == [setting]
    assert (saved.pop("format"), saved.pop("kind")) == (3, "displacement")
    assert document == saved
    assert document["verdict"] == document["verdicts"]["energy"]["words"] == "mostly adds"
    assert document["verdicts"]["work"]["words"] == "mixed"
    assert document["forced_by"] == []
    assert document["headline"]["load"]["energy"] == document["energy"]["displacement"]
    assert document["headline"]["work"]["displacement"] == document["tokens"]["displacement"]
    assert document["headline"]["lines"][0].startswith("Edge replaces 50% of the work it carries")
    for name in ("tokens", "energy", "peak"):
        parts = document[name]
        gone = parts["rest_without"] - parts["rest_with"]
        assert parts["displacement"] == pytest.approx(gone / parts["intervention"])
    assert document["interval"]["low"] <= document["energy"]["displacement"]
    assert document["interval"]["high"] >= document["energy"]["displacement"]


def test_0_not_used_has_no_ratio(run: Run, tmp_path: Path) -> None:
    ran = run(
        *("displacement", TUTORIAL, "--json", "--quiet", "--quick", "--out", tmp_path / "answer"),
        *("--set", "pools.phones/handset.existing_units=0"),
        *("--set", "pools.metro-edge/edge-box.max_pods=0"),
    )
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert document["verdict"] == "not used"
    assert [document[name]["displacement"] for name in ("tokens", "energy", "peak")] == [None] * 3
    assert document["interval"] == {"low": None, "high": None}


def test_another_intervention(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "answer"
    ran = run("displacement", TUTORIAL, "--intervention", "offgrid", "--quick", "--out", out)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("All of the work that offgrid carries is new")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--intervention", "egde"], "did you mean edge?"),
        (["--gap", "-1"], "gap = -1.0: must be at least 0"),
        (["--method", "magic"], "method = magic: must be auto or whole"),
    ],
)
def test_2_bad_input(run: Run, tmp_path: Path, options: list[str], told: str) -> None:
    out = tmp_path / "answer"
    ran = run("displacement", TUTORIAL, "--out", out, "--json", "--quiet", *options)
    assert ran.code == 2
    assert told in ran.err
    assert json.loads(ran.out)["status"] == "bad_input"
    assert not out.exists()


def test_3_an_infeasible_world_leaves_no_older_plan(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "answer"
    assert run("displacement", TUTORIAL, "--quick", "--out", out).code == 0
    ran = run(
        *("displacement", TUTORIAL, "--out", out, "--set", "classes.voice.must_serve=true"),
        *("--set", "pools.metro-edge/edge-box.max_pods=0"),
    )
    assert ran.code == 3
    assert ran.out.startswith("Undetermined: world with intervention has no plan: infeasible")
    assert f"Saved in {out}, without plans." in ran.out
    assert json.loads((out / "displacement.json").read_text())["status"] == "infeasible"
    for world in ("0", "1"):
        assert run("verify", out / f"world-{world}").code == 2


@pytest.mark.thin(2)
@pytest.mark.thin(2)
@pytest.mark.parametrize("reason", [StopReason.TIME_LIMIT, StopReason.INTERRUPTED])
def test_4_stopped_with_plans(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: StopReason
) -> None:
    stop(monkeypatch, reason, at_once=False)
    out = tmp_path / "answer"
    ran = run("displacement", TUTORIAL, "--gap", "0", "--out", out)
    assert ran.code == 4, ran.err
    assert json.loads((out / "displacement.json").read_text())["status"] == "stopped"
    assert reason.value in ran.out[ran.out.index("Worlds") :]
    assert run("verify", out / "world-1").code == 0


@pytest.mark.thin(2)
@pytest.mark.parametrize("reason", [StopReason.TIME_LIMIT, StopReason.INTERRUPTED])
def test_5_stopped_without_a_plan(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: StopReason
) -> None:
    stop(monkeypatch, reason, at_once=True)
    ran = run("displacement", TUTORIAL, "--out", tmp_path / "answer", "--json")
    assert ran.code == 5
    document = json.loads(ran.out)
    assert (document["status"], document["verdict"]) == (reason.value, "undetermined")
    assert document["energy"] is None


def test_1_a_solver_without_an_answer(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(monkeypatch, StopReason.FAILED, at_once=True)
    assert run("displacement", TUTORIAL, "--out", tmp_path / "answer").code == 1


@pytest.mark.usefixtures("uncompared")
@pytest.mark.parametrize("file", ["notes.txt", "plan.json"])
def test_a_folder_with_other_files_is_refused(run: Run, tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("mine")
    ran = run("displacement", TUTORIAL, "--out", tmp_path, "--quiet")
    assert ran.code == 2
    assert "contains something other than a displacement; choose another folder" in ran.err
    assert [one.name for one in tmp_path.iterdir()] == [file]


def test_every_run_has_its_own_folder_by_default(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("displacement", TUTORIAL, "--quick").code == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("tutorial-")
    assert (folder / "displacement.json").is_file()


@pytest.mark.thin(2)
@pytest.mark.parametrize(
    ("option", "attribution", "proof"),
    [(None, True, True), ("--no-attribution", False, True), ("--quick", False, False)],
)
def test_options_are_passed_on(
    run: Run, tmp_path: Path, option: str | None, attribution: bool, proof: bool
) -> None:
    options = [] if option is None else [option]
    ran = run("displacement", TUTORIAL, "--gap", "0", "--out", tmp_path / "answer", *options)
    assert ran.code == 0, ran.err
    words = " ".join(ran.out.split())
    assert ("unlocked: work that nothing else can serve +788 +15.8 +1.80" in words) == attribution
    assert ("across all plans within the gap, energy D could be anywhere from" in words) == proof
    document = json.loads((tmp_path / "answer" / "displacement.json").read_text())
    assert (document["attribution"] is not None) == attribution
    assert (document["proved_interval"]["low"] is not None) == proof


def test_the_range_of_elasticities_is_one_sentence(run: Run, tmp_path: Path) -> None:
    responds = (
        "classes.voice={elasticity: -0.5, reference_price_usd_per_mtok: 0.025,"
        " max_demand_multiple: 4}"
    )
    ran = run("displacement", TUTORIAL, "--set", responds, "--out", tmp_path / "answer")
    assert ran.code == 0, ran.err
    words = " ".join(ran.out.split())
    assert "over the published range of -0.3 to -1.11, applied to every responsive class" in words
    document = json.loads((tmp_path / "answer" / "displacement.json").read_text())
    assert [one["elasticity"] for one in document["elasticity_range"]] == [-0.3, -1.11]
