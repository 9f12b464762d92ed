"""Published placement cases: the mapping against brute force, and the cases themselves."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

import optimizer as op

ROOT = Path(__file__).resolve().parents[2]
CASES = os.environ.get("OPTIMIZER_PUBLISHED_CASES")
RELATIVE_ERROR = 1e-6
LAST_DIGIT = 1e-3
"""Published optima are rounded to thousandths."""

QUICK = (
    "cap41",
    "cap51",
    "cap84",
    "cap104",
    "cap124",
    "cap71-uncapacitated",
    "cap134-uncapacitated",
    "pmed1",
    "orlib-ss-p7",
)

Case = dict[str, Any]
Solver = Callable[..., tuple[dict[str, Any], list[tuple[int, int, float]]]]


@pytest.fixture
def published(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("published")


@pytest.fixture
def solve(published: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Solver:
    """Write a case, run the command on it, and return its line and its plan."""

    def run(case: Case) -> tuple[dict[str, Any], list[tuple[int, int, float]]]:
        file = tmp_path / f"{case['name']}.json"
        file.write_text(json.dumps(case), encoding="utf-8")
        assert published.main([str(file), "--plans", str(tmp_path)]) == 0
        (line,) = capfd.readouterr().out.splitlines()
        return json.loads(line), read_plan(tmp_path / f"{case['name']}.csv")

    return run


def read_plan(file: Path) -> list[tuple[int, int, float]]:
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        assert reader.fieldnames == ["customer", "facility", "share"]
        return [(int(r["customer"]), int(r["facility"]), float(r["share"])) for r in reader]


def cost_of(case: Case, plan: list[tuple[int, int, float]]) -> float:
    """Cost of a plan that serves everybody within capacity, from the case alone."""
    customers, facilities = len(case["demand"]), len(case["facilities"])
    share = np.zeros((customers, facilities))
    for customer, facility, part in plan:
        assert part > 0
        share[customer, facility] += part
    assert share.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
    load = np.array(case["demand"]) @ share
    opened = share.any(axis=0)
    for facility, used in zip(case["facilities"], load, strict=True):
        assert facility["capacity"] is None or used <= facility["capacity"] * (1 + 1e-7)
    assert case["open_at_most"] is None or opened.sum() <= case["open_at_most"]
    fixed = np.array([facility["fixed_cost"] for facility in case["facilities"]])
    return float((share * np.array(case["cost"])).sum() + fixed @ opened)


def brute_force(case: Case) -> float:
    """Optimum by trying every set of facilities; the shares are a linear program."""
    facilities, demand = case["facilities"], np.array(case["demand"])
    cost = np.array(case["cost"])
    most = case["open_at_most"] or len(facilities)
    best = np.inf
    for size in range(1, most + 1):
        for chosen in map(list, combinations(range(len(facilities)), size)):
            customers = len(demand)
            served = np.kron(np.eye(customers), np.ones(size))
            loaded = np.kron(demand[None, :], np.eye(size))
            limits = [facilities[i]["capacity"] for i in chosen]
            limit = [demand.sum() if c is None else c for c in limits]
            solution = linprog(
                cost[:, chosen].ravel(),
                A_ub=loaded,
                b_ub=limit,
                A_eq=served,
                b_eq=np.ones(customers),
            )
            if case["single_source"]:
                best = min(best, whole_customers(case, chosen))
            elif solution.status == 0:
                fixed = sum(facilities[i]["fixed_cost"] for i in chosen)
                best = min(best, solution.fun + fixed)
    return float(best)


def whole_customers(case: Case, chosen: list[int]) -> float:
    """Lowest cost with these facilities open and each customer at one of them, by trying all."""
    facilities, demand = case["facilities"], np.array(case["demand"])
    cost, customer = np.array(case["cost"]), np.arange(len(demand))
    best = sum(facilities[i]["fixed_cost"] for i in chosen)
    cheapest = np.inf
    for site_of in product(chosen, repeat=len(demand)):
        load = np.bincount(site_of, weights=demand, minlength=len(facilities))
        fits = (
            facility["capacity"] is None or used <= facility["capacity"]
            for facility, used in zip(facilities, load, strict=True)
        )
        if all(fits):
            cheapest = min(cheapest, float(cost[customer, list(site_of)].sum()))
    return float(best + cheapest)


def random_case(seed: int, **changes: Any) -> Case:
    random = np.random.default_rng(seed)
    facilities, customers = 4, 6
    demand = random.integers(1, 40, customers)
    capacity = random.integers(demand.sum() // 3, demand.sum(), facilities)
    fixed = random.integers(0, 300, facilities)
    case = {
        "name": f"random{seed}",
        "facilities": [
            {"capacity": int(c), "fixed_cost": int(f)} for c, f in zip(capacity, fixed, strict=True)
        ],
        "demand": demand.tolist(),
        "cost": random.integers(0, 200, (customers, facilities)).tolist(),
        "single_source": False,
        "open_at_most": None,
        "best_known": None,
        "proven": False,
    }
    return case | changes


def check_against_brute_force(case: Case, solve: Solver) -> None:
    line, plan = solve(case)
    best = brute_force(case)
    assert line["status"] in ("optimal", "gap_reached")
    assert line["objective"] == pytest.approx(best, rel=RELATIVE_ERROR)
    assert best * (1 - RELATIVE_ERROR) <= line["bound"] <= best * (1 + 1e-9)
    assert cost_of(case, plan) == pytest.approx(line["objective"], rel=RELATIVE_ERROR)


@pytest.mark.thin(2)
@pytest.mark.parametrize("seed", range(4))
def test_capacitated_case_has_the_optimum_of_brute_force(seed: int, solve: Solver) -> None:
    check_against_brute_force(random_case(seed), solve)


@pytest.mark.thin(3)
@pytest.mark.parametrize("seed", range(30, 36))
def test_single_source_case_has_the_optimum_of_brute_force(seed: int, solve: Solver) -> None:
    case = random_case(seed, single_source=True)
    check_against_brute_force(case, solve)
    _, plan = solve(case)
    assert sorted(customer for customer, _, _ in plan) == list(range(len(case["demand"])))
    assert brute_force(case) >= brute_force(case | {"single_source": False})


def test_uncapacitated_case(solve: Solver) -> None:
    case = random_case(10)
    for facility in case["facilities"]:
        facility["capacity"] = None
    check_against_brute_force(case, solve)


def test_only_some_facilities_have_a_capacity(solve: Solver) -> None:
    case = random_case(11)
    case["facilities"][2]["capacity"] = None
    check_against_brute_force(case, solve)


def test_customer_of_no_demand_costs_but_takes_no_capacity(solve: Solver) -> None:
    case = random_case(12)
    case["demand"][1] = 0
    total = sum(case["demand"])
    case["facilities"][0]["capacity"] = total  # exactly full, if it serves all the others
    case["facilities"][0]["fixed_cost"] = 0
    for facility in case["facilities"][1:]:
        facility["fixed_cost"] = 10_000
    check_against_brute_force(case, solve)


@pytest.mark.parametrize("most", [1, 2])
def test_facilities_open_at_most(most: int, solve: Solver) -> None:
    case = random_case(13, open_at_most=most)
    for facility in case["facilities"]:
        facility.update(capacity=None, fixed_cost=0)
    check_against_brute_force(case, solve)


def test_money_and_demand_of_any_size(solve: Solver) -> None:
    case = random_case(14)
    case["demand"] = [d * 1e5 for d in case["demand"]]
    case["cost"] = [[c * 1e-4 for c in row] for row in case["cost"]]
    for facility in case["facilities"]:
        facility["capacity"] *= 1e5
        facility["fixed_cost"] *= 1e-4
    check_against_brute_force(case, solve)


def test_too_little_capacity_is_infeasible(solve: Solver) -> None:
    case = random_case(15)
    for facility in case["facilities"]:
        facility["capacity"] = 1
    line, plan = solve(case)
    assert line["status"] == "infeasible"
    assert line["objective"] is None
    assert line["relative_error"] is None
    assert plan == []


def test_error_is_relative_to_the_published_optimum(solve: Solver) -> None:
    case = random_case(16)
    best = brute_force(case)
    line, _ = solve(case | {"best_known": best / 2})
    assert line["best_known"] == best / 2
    assert line["relative_error"] == pytest.approx(1.0)


def test_published_optimum_is_read_after_the_solve(
    published: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "case.json"
    case = random_case(17)
    del case["best_known"]
    file.write_text(json.dumps(case), encoding="utf-8")
    real = op.solve

    def solve_then_publish(*arguments: Any, **options: Any) -> op.Plan:
        plan = real(*arguments, **options)
        file.write_text(json.dumps(case | {"best_known": 123.0}), encoding="utf-8")
        return plan

    monkeypatch.setattr(op, "solve", solve_then_publish, raising=False)
    assert published.solve_case(file, 60.0, None)["best_known"] == 123.0


def test_an_unsolved_analysis_is_reported_and_the_rest_continues(
    published: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {
        "short.json": '{"name": "short"}',
        "broken.json": "{",
        "fine.json": json.dumps(random_case(18)),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    code = published.main([str(tmp_path / name) for name in (*files, "none.json")])
    printed = capfd.readouterr()
    assert code == 2
    assert [json.loads(line)["name"] for line in printed.out.splitlines()] == ["random18"]
    complaints = printed.err.splitlines()
    assert len(complaints) == 3
    assert "'facilities' is missing" in complaints[0]


def test_stdout_holds_json_lines_only(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(random_case(19)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "published.py"), str(file)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert set(json.loads(line)) == {
        "name",
        "objective",
        "bound",
        "status",
        "seconds",
        "best_known",
        "relative_error",
    }


@pytest.mark.skipif(CASES is None, reason="OPTIMIZER_PUBLISHED_CASES names no folder")
@pytest.mark.parametrize("name", QUICK)
def test_published_case(
    name: str, published: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = Path(CASES or "") / f"{name}.json"
    assert published.main([str(file), "--plans", str(tmp_path)]) == 0
    line = json.loads(capfd.readouterr().out)
    case = json.loads(file.read_text(encoding="utf-8"))
    assert line["best_known"] == case["best_known"]
    assert line["relative_error"] <= RELATIVE_ERROR
    assert line["bound"] <= case["best_known"] + LAST_DIGIT
    assert line["bound"] >= line["objective"] * (1 - RELATIVE_ERROR)
    plan = read_plan(tmp_path / f"{name}.csv")
    assert cost_of(case, plan) == pytest.approx(line["objective"], rel=RELATIVE_ERROR)
