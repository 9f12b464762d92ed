"""Sentences and table of a step in efficiency and of a grid expansion."""

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
from optimizer.report.tables.displacement import change_table
from optimizer.report.tables.displacement_sentences import (
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
            "Edge: partial rebound; of every 100 MWh it would save, 40 are used again"
            " (rebound 40%, between 38% and 42% for any near-optimal dispatch of these builds).",
        ),
        (
            replace(FOUND, rebound=1.5, low=1.4, high=1.6),
            "Edge backfires: total energy use rises (rebound 150%, between 140% and 160% for any"
            " near-optimal dispatch of these builds).",
        ),
        (
            replace(FOUND, rebound=-0.1, low=-0.2, high=-0.05),
            "Edge saves more than it frees: demand falls (rebound -10%, between -20% and -5% for"
            " any near-optimal dispatch of these builds).",
        ),
        (
            replace(FOUND, rebound=None, low=None, high=None),
            "Edge: serving the same demand takes no less energy with it, so there is no saving to"
            " take back and rebound is undefined.",
        ),
        (
            replace(FOUND, low=None, high=None),
            "Edge: undetermined; at the plans found, 40% of the saving is taken back.",
        ),
    ],
)
def test_rebound_in_a_sentence(found: Rebound, said: str) -> None:
    assert changed(rebound=found).headline.lines == (said,)


def test_more_grid_in_a_sentence() -> None:
    found = changed(grid_return=GridReturn(500.0, 6956.2, 51.3))
    assert found.headline.lines == (
        "Edge: each MW added serves 6,956 MWh more a year, of a possible 8,760 (500 MW added on"
        " average).",
    )


def test_only_an_efficiency_step_has_a_row_of_fixed_service() -> None:
    table = change_table(changed(rebound=FOUND))
    assert table is not None
    assert [row[0] for row in table.rows][-1] == "with it, fixed service"
    assert "peak load 1.40 times, overnight cost of all builds -." in table.note
    table = change_table(changed(grid_return=GridReturn(1.0, 2.0, 3.0)))
    assert table is not None
    assert len(table.rows) == 2


def test_rebound_over_the_range() -> None:
    points = (ElasticityPoint(-0.3, None, 0.39), ElasticityPoint(-1.11, None, 1.02))
    assert elasticity_sentence(changed(rebound=FOUND, elasticity_range=points)) == (
        "The price elasticity of demand is uncertain: over the published range of -0.3 to -1.11,"
        " applied to every responsive class, rebound is 39% at -0.3 and 102% at -1.11."
    )


def test_new_models_displace_and_rebound() -> None:
    found = answer(0.3, rebound=FOUND)
    assert models_sentence(found) == (
        "As a step in efficiency, edge: partial rebound; of every 100 MWh it would save, 40 are"
        " used again (rebound 40%, between 38% and 42% for any near-optimal dispatch of these"
        " builds)."
    )
    assert models_sentence(answer(0.3)) == ""
    assert models_sentence(changed(rebound=FOUND)) == ""
