"""The same instance in other units has the same welfare, within the gap."""

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.formulation.compose import compose
from optimizer.formulation.numerics import check_scales
from optimizer.problem.parameters.case import compile_case
from optimizer.schema.instance import Instance
from tests.properties.rescaled import rescaled
from tests.properties.test_welfare import same
from tests.properties.tiny import tiny_instances

FEW = settings(max_examples=15)


@FEW
@given(tiny_instances(), st.sampled_from([1e-3, 1e3]))
def test_the_unit_of_tokens_does_not_matter(instance: Instance, k: float) -> None:
    """Demand and rates times k, prices per token divided by k."""
    other = rescaled(instance, {"gtok_per_h": k, "tokens_per_s": k, "usd_per_mtok": 1 / k})
    assert other.workloads[0].demand_gtok_per_h[0] == instance.workloads[0].demand_gtok_per_h[0] * k
    assert other.serving[0].tokens_per_s == instance.serving[0].tokens_per_s * k
    assert same(other, instance)


@FEW
@given(tiny_instances(), st.sampled_from([1e-2, 1e-1]))
def test_the_unit_of_money_does_not_matter(instance: Instance, k: float) -> None:
    other = rescaled(instance, {"_usd": k})
    assert other.hardware[0].capex_usd[0] == instance.hardware[0].capex_usd[0] * k
    assert same(other, instance, k)


@FEW
@given(tiny_instances(), st.sampled_from([0.5, 20]))
def test_the_unit_of_power_does_not_matter(instance: Instance, k: float) -> None:
    """Watts, megawatts and stored MWh times k; prices per MWh, per MW, of fuel and CO2 over k."""
    other = rescaled(
        instance,
        {
            **{"_mw/": k, "_w/": k, "unit_mwh/": k},
            **{"usd_per_mwh": 1 / k, "usd_per_mw_day": 1 / k, "usd_per_kw": 1 / k},
            **{"usd_per_mmbtu": 1 / k, "usd_per_t/": 1 / k},
        },
    )
    assert other.zones[0].limit_mw == {0: (instance.zones[0].limit_mw or {0: 0})[0] * k}
    assert other.hardware[0].loaded_w == instance.hardware[0].loaded_w * k
    assert same(other, instance)


@FEW
@given(tiny_instances())
def test_tiny_instances_raise_no_warning_about_numbers(instance: Instance) -> None:
    case = compile_case(instance)
    assert check_scales(case, compose(case)[0]) == ()
