"""The catalog's rows: sources, wall power, and what a batch does to energy."""

import re

import pytest

import optimizer as op
from optimizer import catalog
from tests.factory import one_site

SERVING = tuple(catalog.rows("serving"))
TOO_LARGE = "deepseek-v4+rtx-4090x2-pc"
"""Claim 9 of the article: kept so that a plan can be asked for it, and refuse it."""

SOURCE_WATTS = re.compile(r"^(?P<watts>[0-9.]+) W (?P<scope>[^.]+)\.")


@pytest.mark.parametrize("table", catalog.TABLES)
def test_every_row_names_its_source(table: str) -> None:
    sources = {key: row.get("source", "") for key, row in catalog.rows(table).items()}
    assert sources
    assert [key for key, source in sources.items() if len(source) < 20] == []


@pytest.mark.parametrize("key", SERVING)
def test_wall_power_is_the_source_power_times_the_factor(key: str) -> None:
    row = catalog.serving(key)
    found = SOURCE_WATTS.match(row.source)
    assert found is not None, "source must begin with its watts and their scope"
    assert found["scope"] == row.power_scope
    assert row.wall_factor >= 1
    assert row.loaded_w == pytest.approx(float(found["watts"]) * row.wall_factor, rel=0.01)
    assert row.loaded_w >= float(found["watts"]) * 0.999


@pytest.mark.parametrize("key", SERVING)
def test_serving_fits_its_hardware(key: str) -> None:
    row = catalog.serving(key)
    hardware = catalog.hardware(row.hardware)
    catalog.model(row.model)
    pair = f"{row.model}+{row.hardware}"
    assert key in (pair, f"{pair}+ttc", f"{pair}+claimed-low", f"{pair}+claimed-high")
    assert (row.token_multiplier > 1) == key.endswith("+ttc")
    assert hardware.idle_w < row.loaded_w <= hardware.loaded_w
    assert (row.memory_gb <= hardware.memory_gb) == (key != TOO_LARGE)


@pytest.mark.parametrize("key", SERVING)
def test_only_wall_power_counts_as_measured(key: str) -> None:
    row = catalog.serving(key)
    assert row.power_scope
    if row.status == "measured":
        assert row.power_scope.startswith("wall")
        assert row.wall_factor == 1
    else:
        assert "ESTIMATED" in row.source or "Factor" in row.source


PROXY = re.compile(r"proxy|ESTIMATED as \S+'s")


@pytest.mark.parametrize("key", SERVING)
def test_measurements_of_another_model_are_estimates(key: str) -> None:
    row = catalog.serving(key)
    assert not (row.status == "measured" and PROXY.search(row.source))


@pytest.mark.parametrize("table", ["models", "hardware", "generators"])
def test_figures_without_a_source_are_marked(table: str) -> None:
    cited = re.compile(r"ESTIMATED|model card|report|Epoch|ATB")
    rows = catalog.rows(table)
    assert [key for key, row in rows.items() if not cited.search(row["source"])] == []


def test_the_published_wall_measurement_is_unchanged() -> None:
    row = catalog.serving("llama-3-1-8b+b200-node")
    assert (row.tokens_per_s, row.loaded_w) == (128689, 9011.1)


@pytest.mark.parametrize("model", ["llama-3-2-1b", "llama-3-1-8b", "phi-4-14b"])
def test_batch_one_on_a_device_needs_more_energy_than_a_large_batch(model: str) -> None:
    rows = [catalog.serving(key) for key in SERVING if key.startswith(f"{model}+")]
    single = [row.loaded_w / row.tokens_per_s for row in rows if row.batch == 1]
    large = [row.loaded_w / row.tokens_per_s for row in rows if row.batch >= 256]
    assert single
    assert large
    assert min(single) > 2 * min(large)


@pytest.mark.parametrize("key", [key for key in SERVING if key.endswith("+ttc")])
def test_test_time_compute_is_the_base_row_with_more_tokens(key: str) -> None:
    row, plain = catalog.serving(key), catalog.serving(key.removesuffix("+ttc"))
    changed = {"id", "token_multiplier", "quality", "ttft_ms", "source"}
    assert row.model_dump(exclude=changed) == plain.model_dump(exclude=changed)
    assert row.quality == catalog.model("llama-3-1-8b").quality
    # The answer begins only after the thinking.
    assert row.ttft_ms > plain.ttft_ms
    assert "CLAIMED" in row.source
    assert "ASSUMED" in row.source


def test_the_next_model_matches_the_claims_of_the_article() -> None:
    v3, v4 = catalog.model("deepseek-v3"), catalog.model("deepseek-v4")
    assert 1 - v4.active_params_b / v3.active_params_b == pytest.approx(0.14, abs=0.005)
    assert v4.total_params_b / v3.total_params_b - 1 == pytest.approx(0.5, abs=0.015)
    for key in ("deepseek-v4", "deepseek-v4-sparse", "deepseek-v4-engram"):
        row = catalog.model(key)
        assert (row.cheaper_times_low, row.cheaper_times_high) == (10, 40)
        assert row.source.startswith("CLAIMED")


@pytest.mark.parametrize("end", ["low", "high"])
def test_the_claimed_price_has_a_row_for_each_end_of_its_range(end: str) -> None:
    """The claim as tokens: so many times those of DeepSeek-V3, on its node and at its power."""
    v3, v4 = catalog.serving("deepseek-v3+b200-node"), catalog.serving("deepseek-v4+b200-node")
    row = catalog.serving(f"deepseek-v4+b200-node+claimed-{end}")
    times = getattr(catalog.model("deepseek-v4"), f"cheaper_times_{end}")
    assert row.tokens_per_s == times * v3.tokens_per_s
    same = {"hardware", "batch", "loaded_w", "ttft_ms", "power_scope", "wall_factor"}
    assert row.model_dump(include=same) == v3.model_dump(include=same)
    assert (row.model, row.memory_gb) == (v4.model, v4.memory_gb)
    assert "CLAIMED" in row.source


@pytest.mark.parametrize(("end", "times"), [("low", 10), ("high", 40)])
def test_a_plan_uses_the_claimed_price(end: str, times: float) -> None:
    """Energy and hardware of a token, the same node standing or built."""
    cost = {}
    for key in ("deepseek-v3+b200-node", f"deepseek-v4+b200-node+claimed-{end}"):
        row = catalog.serving(key)
        plan = op.solve(
            one_site(
                {
                    "models": [catalog.model(row.model).model_dump()],
                    "hardware": [catalog.hardware(row.hardware).model_dump()],
                    "serving": [row.model_dump()],
                    "classes.chat.must_serve": True,
                    "pools": [{"site": "C", "hardware": row.hardware, "max_pods": 1_000}],
                    # The nodes that either takes are whole.
                    "workloads.E/chat.demand_gtok_per_h": 4534 * 40 * 3600 / 1e9,
                }
            ),
            gap=1e-9,
        )
        assert plan.cost_usd is not None
        cost[row.model] = plan.cost_usd
    assert cost["deepseek-v3"] / cost["deepseek-v4"] == pytest.approx(times, rel=1e-6)


SHAPES = {
    # layers, width, heads of keys and values, width of a head, inner width, vocabulary, embeddings
    "llama-3-2-1b": (16, 2048, 8, 64, 8192, 128_256, 1),
    "llama-3-1-8b": (32, 4096, 8, 128, 14_336, 128_256, 2),
    "llama-3-1-70b": (80, 8192, 8, 128, 28_672, 128_256, 2),
    "phi-4-14b": (40, 5120, 10, 128, 17_920, 100_352, 2),
}
"""Of config.json; the copies that were read are named in docs/catalog.md."""


@pytest.mark.parametrize("key", SHAPES)
def test_cache_attention_and_size_follow_from_the_shape(key: str) -> None:
    layers, width, kv_heads, head, inner, vocabulary, embeddings = SHAPES[key]
    row = catalog.model(key)
    assert row.cache_kb_per_token == pytest.approx(2 * layers * kv_heads * head * 2 / 1e3)
    # A product with the keys and one with the values, a multiplication and an addition each.
    attention = 4 * layers * width / 1e6
    assert row.attention_mflop_per_context_token == pytest.approx(attention, rel=4e-3)
    of_a_layer = 2 * width**2 + 2 * width * kv_heads * head + 3 * width * inner
    params = layers * of_a_layer + embeddings * vocabulary * width
    assert row.total_params_b == pytest.approx(params / 1e9, rel=5e-3)


def test_the_latent_cache_of_deepseek_follows_from_its_shape() -> None:
    layers, heads, latent, position = 61, 128, 512, 64
    row = catalog.model("deepseek-v3")
    assert row.cache_kb_per_token == pytest.approx(2 * layers * (latent + position) / 1e3)
    attention = 2 * layers * heads * (2 * latent + position) / 1e6
    assert row.attention_mflop_per_context_token == pytest.approx(attention, rel=1e-3)


def test_the_cost_of_training_differs_as_the_article_claims() -> None:
    v3, gpt_4 = catalog.model("deepseek-v3"), catalog.model("gpt-4")
    assert v3.training_cost_usd is not None
    assert v3.training_accelerator_hours is not None
    assert gpt_4.training_cost_usd is not None
    assert gpt_4.training_cost_usd / v3.training_cost_usd == pytest.approx(18, abs=0.1)
    assert v3.training_cost_usd / v3.training_accelerator_hours == pytest.approx(2.0)


@pytest.mark.parametrize("key", ["solar-10mw", "wind-10mw"])
def test_weather_dependent_generators_burn_no_fuel_and_need_a_profile(key: str) -> None:
    row = catalog.generator(key)
    assert row.follows_weather
    assert row.heat_rate_mmbtu_per_mwh == row.co2_kg_per_mwh == 0


@pytest.mark.parametrize("key", ["gas-turbine-34mw", "ccgt-400mw", "fuel-cell-1mw"])
def test_stack_emissions_follow_from_the_gas_burnt(key: str) -> None:
    row = catalog.generator(key)
    kg_per_mmbtu = 53.06
    assert row.co2_kg_per_mwh == pytest.approx(row.heat_rate_mmbtu_per_mwh * kg_per_mmbtu, rel=2e-3)


def test_the_turbine_is_that_of_abilene() -> None:
    assert catalog.generator("gas-turbine-34mw").unit_mw == pytest.approx(986 / 29, rel=1e-3)
