"""Reading a study's table, from memory or from Parquet, whatever holds its columns."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.errors import InputError
from optimizer.report.page.study_page import study_page
from optimizer.studies.analysis.outcomes import answered, figures, inputs, select, varying
from tests.report.studies import EVERY, of_a_map
from tests.studies.analysis.made import row, table


@pytest.mark.thin(3)
@pytest.mark.parametrize("made_of", EVERY)
@pytest.mark.parametrize(
    "held", [{}, {"dtype_backend": "numpy_nullable"}, {"dtype_backend": "pyarrow"}]
)
def test_a_saved_table_gives_the_same_analysis(
    made_of, held: dict[str, Any], tmp_path: Path
) -> None:
    results, facts = made_of()
    results.to_parquet(tmp_path / "results.parquet", index=False)
    read = pd.read_parquet(tmp_path / "results.parquet", **held)
    assert study_page(read, facts) == study_page(results, facts)


def test_inputs_are_the_columns_before_the_status() -> None:
    results, _ = of_a_map()
    assert inputs(results) == ["case", "draw", "x", "y"]
    assert varying(results, ["x"]) == ["y"]
    with pytest.raises(InputError, match="status: no such column"):
        inputs(results.drop(columns="status"))


def test_a_slice_matches_numbers_up_to_rounding() -> None:
    results = table([row({"x": 0.1 + 0.2}, 0.5), row({"x": 0.4}, 0.5)])
    assert len(select(results, {"x": 0.3})) == 1
    assert len(select(results, {"draw": None})) == 2
    with pytest.raises(InputError, match="x = a: no scenario has this value"):
        select(results, {"x": "a"})


def test_the_longest_name_owns_a_column() -> None:
    """`edge` fails and `edge_more` does not: each column goes by its own status."""
    one = row({"x": 1.0}, 0.5) | {"edge_more_status": "solved", "edge_more_displacement": 0.7}
    results = table([one | {"edge_status": "infeasible"}])
    assert figures(results, "edge_more_displacement").tolist() == [0.7]
    assert np.isnan(figures(results, "edge_displacement")).all()
    assert answered(results, "welfare_usd").tolist() == [True]


def test_values_that_are_not_finite_are_not_figures() -> None:
    results = table([row({"x": 1.0}, 0.5) | {"edge_displacement": np.inf}])
    assert np.isnan(figures(results, "edge_displacement")).all()
