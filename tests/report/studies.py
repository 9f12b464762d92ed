"""Studies of each kind, small: their tables and facts."""

from itertools import product

import numpy as np
import pandas as pd
from SALib.sample import sobol

from optimizer.studies.summary import StudySummary
from tests.studies.analysis.made import failed, open_ended, row, sample, table
from tests.studies.analysis.test_tornado import one_at_a_time

NAMES = ("a", "b", "c")
PARAMETERS = tuple((name, f"classes.*.{name}, uniform 0 to 1") for name in NAMES)
XS, YS = (-0.5, -0.2, 0.0), (1.0, 4.0)


def facts(**more) -> StudySummary:
    told = {"name": "jevons", "title": "a title", "interventions": ("edge",), "instance": "pjm"}
    return StudySummary(**(told | more))


def of_a_map() -> tuple[pd.DataFrame, StudySummary]:
    """Six cells: one failed, one undetermined, one not used, one over two bands."""
    rows = [row({"x": x, "y": y}, 0.95 + x, within=0.001) for x, y in product(XS, YS)]
    rows[0] = failed(rows[0])
    rows[1] = open_ended(rows[1])
    rows[2] = row({"x": XS[1], "y": YS[0]}, None)
    rows[5] = row({"x": XS[2], "y": YS[1]}, 0.9, within=0.05)
    return table(rows), facts(axes=(("x", "classes.*.x"), ("y", "zones.*.y")))


def of_a_line() -> tuple[pd.DataFrame, StudySummary]:
    rows = [
        row({"x": x}, d + x, within=0.01, case=case)
        for case, d in (("base", 1.0), ("tight", 0.4))
        for x in XS
    ]
    rows[4] = failed(rows[4])
    return table(rows), facts(axes=(("x", "classes.*.x"),))


def of_words() -> tuple[pd.DataFrame, StudySummary]:
    rows = [row({"channel": name}, d) for name, d in (("none", 1.0), ("caps", 0.5), ("dear", None))]
    return table(rows), facts(axes=(("channel", "fragments"),))


def of_a_sample(draws: int = 40) -> tuple[pd.DataFrame, StudySummary]:
    points = np.random.default_rng(2).random((draws, 3))
    results = sample(points, lambda a, b, c: 1 - a + 0.1 * b, NAMES)
    rows = results.astype(object).to_dict("records")
    rows[3] = failed(rows[3], "time_limit")
    return table(rows), facts(parameters=PARAMETERS, method="latin_hypercube")


def of_a_design() -> tuple[pd.DataFrame, StudySummary]:
    problem = {"num_vars": 3, "names": NAMES, "bounds": [[0, 1]] * 3}
    points = sobol.sample(problem, 32, calc_second_order=False, seed=3)
    results = sample(points, lambda a, b, c: 1 - a + 0.1 * b, NAMES)
    results.loc[7, "status"] = "crashed"
    return results, facts(parameters=PARAMETERS, method="saltelli")


def of_one_at_a_time() -> tuple[pd.DataFrame, StudySummary]:
    return table(one_at_a_time()), facts(parameters=PARAMETERS)


EVERY = (of_a_map, of_a_line, of_words, of_a_sample, of_a_design, of_one_at_a_time)
