"""Synthetic instances: the same seed gives the same bytes, and the folder loads and solves."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import optimizer as op
from optimizer.schema.base import at_year
from optimizer.units import W_PER_MW

ROOT = Path(__file__).resolve().parents[2]
TINY = {"regions": 3, "classes": 4, "clouds": 3, "offgrid": 1, "days": 1, "years": 1}

Generate = Callable[..., Path]


@pytest.fixture
def generate(benchmark_module: Callable[[str], ModuleType], tmp_path: Path) -> Generate:
    """Run the command; options by name, other sizes as in TINY."""
    command = benchmark_module("generate")

    def run(folder: str = "instance", **options: float) -> Path:
        arguments = {**TINY, "seed": 1, **options}
        words = [f"--{name.replace('_', '-')}={value}" for name, value in arguments.items()]
        command.main([*words, f"--out={tmp_path / folder}"])
        return tmp_path / folder

    return run


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def opening_share(folder: Path) -> float:
    plan = op.solve(op.load_instance(folder), gap=5e-3, time_limit_s=60)
    assert plan.status in ("optimal", "gap_reached")
    assert plan.cost_usd
    return -plan.parts_usd["opening"] / plan.cost_usd


def test_same_seed_same_bytes(generate: Generate) -> None:
    first = contents(generate("first", seed=7))
    assert first == contents(generate("second", seed=7))
    other = contents(generate("third", seed=8))
    assert other["workloads.csv"] != first["workloads.csv"]
    assert other["sites.csv"] != first["sites.csv"]


def test_same_bytes_in_another_process(generate: Generate, tmp_path: Path) -> None:
    """Nothing hangs on the order of a set or of a hash."""
    here = contents(generate("here", seed=3))
    command = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), "--seed=3"]
    command += [f"--{name}={value}" for name, value in TINY.items()]
    command += ["--out", str(tmp_path / "there")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "12345"}
    subprocess.run(command, env=environment, check=True, timeout=60)
    assert contents(tmp_path / "there") == here


@pytest.mark.parametrize(
    "size",
    [
        {},
        {"regions": 1, "classes": 1, "clouds": 0, "offgrid": 0},
        {"regions": 7, "classes": 11, "clouds": 5, "offgrid": 2, "days": 3, "years": 4},
    ],
)
def test_folder_holds_what_was_drawn(
    size: dict[str, int],
    generate: Generate,
    benchmark_module: Callable[[str], ModuleType],
) -> None:
    loaded = op.load_instance(generate(**size))
    wanted = {**TINY, **size}
    drawn = benchmark_module("synthetic.size").Size(**wanted, fixed_cost_share=None, seed=1)
    assert loaded == benchmark_module("synthetic.build").build(drawn)
    kinds = [site.kind for site in loaded.sites]
    assert kinds.count("device") == kinds.count("edge") == wanted["regions"]
    assert kinds.count("cloud") == wanted["clouds"]
    assert kinds.count("offgrid") == wanted["offgrid"] == len(loaded.site_generators)
    assert len(loaded.workloads) == wanted["regions"] * wanted["classes"]
    assert loaded.time.days == wanted["days"]
    assert loaded.time.hours_per_step == 1
    assert len(loaded.time.years) == wanted["years"]


@pytest.mark.thin(3)
@pytest.mark.parametrize("seed", range(5))
def test_existing_hardware_has_its_space(seed: int, generate: Generate) -> None:
    """Hardware beyond a site's space would leave no plan at all."""
    instance = op.load_instance(generate(seed=seed, clouds=6, offgrid=6))
    loaded_mw = {hardware.id: hardware.loaded_w / W_PER_MW for hardware in instance.hardware}
    first = instance.time.years[0]
    standing = 0.0
    for site in instance.sites:
        if site.it_limit_mw is not None:
            here = sum(
                at_year(pool.existing_units, first) * loaded_mw[pool.hardware]
                for pool in instance.pools
                if pool.site == site.id
            )
            assert here <= at_year(site.it_limit_mw, first)
            standing += here
    assert standing > 0


def test_tiny_instance_solves_and_a_limit_binds(generate: Generate) -> None:
    instance = op.load_instance(generate())
    plan = op.solve(instance, gap=5e-3, time_limit_s=60)
    assert plan.status in ("optimal", "gap_reached")
    assert op.verify(instance, plan) == []
    served = plan.placement.groupby("kind")["flow_gtok_per_h"].sum()
    assert set(served.index) >= {"device", "edge", "cloud"}
    zones = plan.tables["zones"]
    assert (zones["draw_mw"] >= zones["limit_mw"] * (1 - 1e-6)).any()
    carried = plan.tables["demand"].groupby("class")["served_gtok_per_h"].sum()
    assert (carried > 0).all()


@pytest.mark.slow
def test_openings_cost_the_share_that_was_asked_for(generate: Generate) -> None:
    low = opening_share(generate("low", offgrid=0, fixed_cost_share=0.2))
    high = opening_share(generate("high", offgrid=0, fixed_cost_share=0.5))
    assert low == pytest.approx(0.2, abs=0.1)
    assert high == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    "option", [{"regions": 0}, {"seed": -1}, {"fixed_cost_share": 1}, {"years": "x"}]
)
def test_refuses_what_makes_no_instance(
    option: dict[str, float], generate: Generate, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        generate(**option)
    assert stop.value.code == 2
    assert "--" + next(iter(option)).replace("_", "-") in capsys.readouterr().err


def test_scale_prints_a_line_for_a_measure() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "scale.py"), "arcs"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    assert line["measure"] == "arcs"
    assert line["triples"] == 50 * 8 * 120 * 6
    assert 0 < line["arcs"] < line["triples"]
    assert line["seconds"] > 0
