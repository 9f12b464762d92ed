"""What is said of a step in efficiency and of more grid."""

from dataclasses import replace
from typing import Any

import pytest

from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.rebound import GridReturn, Rebound
from optimizer.counterfactual.results import (
    GridReturnResult,
    InterventionResult,
    ReboundResult,
)
from optimizer.report.tables.displacement_sentences import (
    change_sentence,
    change_table,
    elasticity_sentence,
    models_sentence,
)
from tests.report.tables.test_displacement import answer

FOUND = Rebound(0.4, 0.38, 0.42, 1000.0, 700.0, 500.0, 1.4, None)


def changed(**fields: Any) -> InterventionResult:
    """Result of a step in efficiency, or of more grid, with the amounts of `answer`."""
    like = answer(None)
    common = {name: getattr(like, name) for name in InterventionResult.model_fields}
    kind = ReboundResult if "rebound" in fields else GridReturnResult
    return kind(**{**common, "verdict": common.pop("words"), **fields})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            FOUND,
            "Edge: partial rebound; of every 100 MWh that it would save, 40 are used again"
            " (rebound 40%, between 38% and 42% at these builds).",
        ),
        (
            replace(FOUND, rebound=1.5, low=1.4, high=1.6),
            "Edge backfires: it makes energy use rise (rebound 150%, between 140% and 160% at"
            " these builds).",
        ),
        (
            replace(FOUND, rebound=-0.1, low=-0.2, high=-0.05),
            "Edge saves more than it frees: less is asked for (rebound -10%, between -20% and -5%"
            " at these builds).",
        ),
        (
            replace(FOUND, rebound=None, low=None, high=None),
            "Edge: serving the same takes no less energy with it, so there is no saving that could"
            " be taken back, and rebound is undefined.",
        ),
        (
            replace(FOUND, low=None, high=None),
            "Edge: undetermined; at the plans found 40% of the saving is taken back.",
        ),
    ],
)
def test_rebound_in_a_sentence(found: Rebound, said: str) -> None:
    assert change_sentence(changed(rebound=found)) == said


def test_more_grid_in_a_sentence() -> None:
    found = changed(grid_return=GridReturn(500.0, 6956.2, 51.3))
    assert change_sentence(found) == (
        "Edge: each MW added serves 6,956 MWh more a year, of the 8,760 that it could (500 MW on"
        " average)."
    )
    assert change_sentence(answer(0.3)) == ""


def test_the_table_has_world_f_of_a_step_only() -> None:
    table = change_table(changed(rebound=FOUND))
    assert table is not None
    assert [row[0] for row in table.rows][-1] == "with it, serving the same (world F)"
    assert "highest load 1.40 times, overnight cost of all that is built -." in table.note
    table = change_table(changed(grid_return=GridReturn(1.0, 2.0, 3.0)))
    assert table is not None
    assert len(table.rows) == 2


def test_rebound_over_the_range() -> None:
    points = (ElasticityPoint(-0.3, None, 0.39), ElasticityPoint(-1.11, None, 1.02))
    assert elasticity_sentence(changed(rebound=FOUND, elasticity_range=points)) == (
        "Elasticity of demand is uncertain: over the published range of -0.3 to -1.11, every class"
        " that responds alike, rebound is 39% at -0.3 and 102% at -1.11."
    )


def test_new_models_displace_and_rebound() -> None:
    found = answer(0.3, rebound=FOUND)
    assert change_sentence(found) == ""
    assert models_sentence(found) == (
        "As a step in efficiency edge: partial rebound; of every 100 MWh that it would save, 40 are"
        " used again (rebound 40%, between 38% and 42% at these builds)."
    )
    assert models_sentence(answer(0.3)) == ""
    assert models_sentence(changed(rebound=FOUND)) == ""
