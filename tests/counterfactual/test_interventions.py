"""What an intervention may cover: kinds of sites, sites by id, and models."""

import pytest

import optimizer as op
from optimizer.errors import InputError
from optimizer.schema.instance import Instance
from tests.counterfactual.cases import GTOK_A_YEAR, RACK, ask, has_integers, one_cloud, serving
from tests.factory import changed


def clouds() -> Instance:
    """A second cloud B, cheaper and of PUE 1.5, with room for 2 of 5 Gtok/h."""
    return one_cloud(
        5,
        {
            "sites.B": {"kind": "cloud", "region": "E", "zone": "Y", "pue": 1.5},
            "pools.B/node": {"existing_units": 2 * RACK},
            "interventions": [{"id": "campus", "sites": ["B"]}],
        },
    )


def test_an_intervention_may_name_a_site() -> None:
    result = ask(clouds(), "campus")
    assert result.energy.displacement == pytest.approx(1 / 1.5)
    assert result.verdict.words == "mostly substitutes"
    assert {site.id for site in result.plans["0"].instance.sites} == {"C"}


def test_an_instance_may_redefine_a_built_in_intervention() -> None:
    """`edge` is what the instance defines."""
    instance = changed(
        clouds(), {"interventions": [{"id": "edge", "description": "B", "sites": ["B"]}]}
    )
    result = ask(instance)
    assert result.description == "B"
    assert result.tokens.intervention == pytest.approx(2 * GTOK_A_YEAR)


@pytest.mark.parametrize("name", ["edge", "offgrid"])
def test_an_intervention_that_covers_nothing_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="covers no site and no model") as refused:
        op.displacement(clouds(), name)
    (problem,) = refused.value.problems
    assert problem.value == name


def test_an_unknown_name_is_refused_with_the_allowed_ones() -> None:
    with pytest.raises(InputError, match=r"campus, edge, offgrid; did you mean campus\?"):
        op.displacement(clouds(), "kampus")


def shared_model(integers: bool) -> Instance:
    """One cloud, two models: `n` takes half a MWh above idle where `m` takes 0.8.

    A rack idles at 0.2 MW and may be loaded by half.  `hard` takes `m` alone.
    """
    built = {
        "pools.C/node.existing_units": 0,
        "pools.C/node.units_per_pod": RACK,
        "pools.C/node.max_pods": 30,
        "hardware.node.capex_usd": 1000,
    }
    small = serving("n-node", "n", "node", 0.7)
    return one_cloud(
        4,
        {
            "sites.C.pue": 1.2,
            "hardware.node.idle_w": 0.2e6 / RACK,
            "pools.C/node.max_utilisation": 0.5,
            "models.m.quality": 80,
            "models.n": {"total_params_b": 4, "active_params_b": 4, "quality": 50},
            "serving": [serving("m-node", "m", "node", 1.0), small],
            "classes.hard": {"slo_ms": 1000, "choke_price_usd_per_mtok": 20, "quality_floor": 70},
            "workloads.E/hard": {"demand_gtok_per_h": 2},
            "interventions": [{"id": "small", "models": ["n"]}],
        }
        | (built if integers else {}),
    )


@pytest.mark.parametrize("integers", [False, True], ids=["continuous", "integers"])
def test_a_model_at_a_shared_site_accounts_for_the_idle_power_of_its_units(integers: bool) -> None:
    result = ask(shared_model(integers), "small")
    assert has_integers(result) == integers
    of_m, of_n = 1.2 * (0.8 + 0.2 / 0.5), 1.2 * (0.5 + 0.2 / 0.5)
    assert result.tokens.intervention / GTOK_A_YEAR == pytest.approx(4)
    assert result.energy.intervention / GTOK_A_YEAR == pytest.approx(4 * of_n)
    assert result.energy.rest_with / GTOK_A_YEAR == pytest.approx(2 * of_m)
    assert result.energy.rest_without / GTOK_A_YEAR == pytest.approx(6 * of_m)
    assert result.energy.displacement == pytest.approx(of_m / of_n)
    assert result.tokens.displacement == pytest.approx(1)
    assert result.verdict.words == "over-displaces"
    assert {row.model for row in result.plans["0"].instance.serving} == {"m"}


def test_the_baseline_keeps_a_model_that_the_new_one_dominates() -> None:
    """`n` is as good as `m` in every respect, and cheaper; the baseline still has `m`."""
    instance = changed(shared_model(False), {"models.n.quality": 90})
    result = ask(instance, "small")
    assert result.tokens.rest_without / GTOK_A_YEAR == pytest.approx(6)
    assert result.tokens.rest_with == pytest.approx(0, abs=1e-6)
    assert result.tokens.intervention / GTOK_A_YEAR == pytest.approx(6)


@pytest.mark.parametrize("option", [{"gap": -1}, {"time_limit_s": 0}, {"threads": 0}])
def test_options_are_checked(option: dict[str, float]) -> None:
    with pytest.raises(InputError):
        op.displacement(clouds(), "campus", **option)  # type: ignore[arg-type]
