"""The roofline: by hand, its limits, the rows made of it, and how far it is from measured ones."""

import math

import pytest

from optimizer import catalog
from optimizer.catalog.roofline import (
    MEMORY_FILLED,
    MIXTURE_SHARE,
    POWER_SHARE,
    attention_share_of_compute,
    bits_that_fit,
    estimate,
    gflop_per_token,
    weight_bits,
)
from optimizer.problem.placements import Refusal, find_arcs
from optimizer.schema.catalog import Hardware, Model
from tests.factory import one_site

SCOPE = "wall, by the roofline"
SERVED = [key for key in catalog.rows("models") if key != "gpt-4"]
MADE = [key for key, row in catalog.rows("serving").items() if row["power_scope"] == SCOPE]
SOURCED = [
    key
    for key, row in catalog.rows("serving").items()
    if row["power_scope"] != SCOPE and "@" in row["source"] and not key.endswith("+ttc")
]

MODEL = Model(
    id="m",
    total_params_b=10,
    active_params_b=10,
    quality=50,
    cache_kb_per_token=100,
    attention_mflop_per_context_token=1,
)
NODE = Hardware(
    id="n",
    memory_gb=100,
    idle_w=100,
    loaded_w=1100,
    capex_usd={0: 1},
    life_years=1,
    accelerators_per_unit=2,
    memory_bandwidth_gb_per_s=1000,
    peak_16bit_tflop_per_s=100,
    peak_8bit_tflop_per_s=200,
    roofline_share=0.5,
)


def test_the_estimate_matches_a_hand_calculation() -> None:
    # A step of 10 requests: 20 GB of weights and 10 x 1000 x 100 kB = 1 GB of cache, 21 ms at
    # 1000 GB/s; 10 x (20 + 1) GFLOP, 2.1 ms at 100 TFLOP/s.  One copy on each of two accelerators
    # has half of the node: (21 + 2.1) x 2 / 0.5 = 92.4 ms, and 10 x 25 us = 0.25 ms.
    found = estimate(MODEL, NODE, batch=10, precision="bf16", context=1000)
    assert found.tokens_per_s == pytest.approx(2 * 10 / 0.09265)
    assert found.memory_gb == pytest.approx(2 * 21)
    # The prompt: 1000 x (20 + 0.5) GFLOP at half of 100 TFLOP/s, half reached: 820 ms.
    assert found.ttft_ms == pytest.approx(820 + 92.65 + 50)
    assert found.loaded_w == pytest.approx(100 + POWER_SHARE * 1000)
    assert found.fits


def test_fewer_bits_read_less_and_compute_faster() -> None:
    eight = estimate(MODEL, NODE, batch=10, precision="FP8", context=1000)
    assert eight.tokens_per_s == pytest.approx(2 * 10 / ((11 + 1.05) * 4e-3 + 0.25e-3))


def test_one_request_has_the_whole_unit() -> None:
    found = estimate(MODEL, NODE, batch=1, precision="Q4", context=1000)
    # 5.625 + 0.1 GB, 5.725 ms, and 0.21 ms: llama.cpp computes 4-bit weights at 16 bits.
    assert found.tokens_per_s == pytest.approx(1 / (5.935e-3 / 0.5 + 25e-6))


def test_a_mixture_of_experts_reads_the_experts_that_its_batch_uses() -> None:
    mixture = MODEL.model_copy(update={"active_params_b": 1.0})
    one, many = (
        estimate(mixture, NODE, batch=batch, precision="FP8", context=0) for batch in (1, 1000)
    )
    share = 0.5 * MIXTURE_SHARE
    assert 1 / one.tokens_per_s - 25e-6 == pytest.approx((1e-3 + 2 / 200e3) / share)
    # Of a thousand requests, some touch every expert: all 10 GB are read, once.
    assert 2 * 1000 / many.tokens_per_s - 25e-3 == pytest.approx((10e-3 + 2e3 / 200e3) * 2 / share)


def test_sparse_attention_halves_attention_but_not_memory() -> None:
    v4, sparse = catalog.model("deepseek-v4"), catalog.model("deepseek-v4-sparse")
    for context in (1_000, 100_000):
        weights = 2 * v4.active_params_b
        attention = gflop_per_token(v4, context) - weights
        assert gflop_per_token(sparse, context) - weights == pytest.approx(attention / 2)
    node = catalog.hardware("b200-node")
    dense, halved = (estimate(m, node, batch=64, precision="FP8") for m in (v4, sparse))
    assert halved.memory_gb == dense.memory_gb
    assert halved.tokens_per_s > dense.tokens_per_s


def test_sparse_attention_halves_total_compute_only_for_long_contexts() -> None:
    v4, sparse = catalog.model("deepseek-v4"), catalog.model("deepseek-v4-sparse")
    saved = {
        context: 1 - gflop_per_token(sparse, context) / gflop_per_token(v4, context)
        for context in (1_000, 128_000)
    }
    assert saved[1_000] == pytest.approx(0.105, abs=1e-3)
    assert saved[128_000] == pytest.approx(0.486, abs=1e-3)
    assert attention_share_of_compute(v4, 1_000) == pytest.approx(2 * saved[1_000])


def test_lookup_tables_trade_memory_for_compute() -> None:
    v4, engram = catalog.model("deepseek-v4"), catalog.model("deepseek-v4-engram")
    node = catalog.hardware("b200-node")
    plain, looked_up = (estimate(m, node, batch=1, precision="FP8") for m in (v4, engram))
    assert looked_up.memory_gb - plain.memory_gb == pytest.approx(250)
    assert looked_up.tokens_per_s > 1.2 * plain.tokens_per_s


@pytest.mark.parametrize("key", MADE)
def test_rows_by_the_roofline_match_it(key: str) -> None:
    row = catalog.serving(key)
    found = estimate(
        catalog.model(row.model),
        catalog.hardware(row.hardware),
        batch=row.batch,
        precision=row.precision,
    )
    assert row.tokens_per_s == float(f"{found.tokens_per_s:.4g}")
    assert row.loaded_w == round(found.loaded_w, 1)
    assert row.memory_gb == round(found.memory_gb, 1)
    assert row.ttft_ms == round(found.ttft_ms)
    assert row.status == "estimated"


@pytest.mark.parametrize("model", SERVED)
@pytest.mark.parametrize("hardware", list(catalog.rows("hardware")))
def test_every_pair_that_fits_at_four_bits_has_a_row(model: str, hardware: str) -> None:
    found = estimate(catalog.model(model), catalog.hardware(hardware), batch=1, precision="Q4")
    key = f"{model}+{hardware}"
    row = catalog.rows("serving").get(key)
    assert found.fits == (row is not None and not row["source"].count("DOES NOT FIT"))


def test_the_roofline_is_close_to_rows_with_a_source() -> None:
    ratios = {}
    for key in SOURCED:
        row = catalog.serving(key)
        model, hardware = catalog.model(row.model), catalog.hardware(row.hardware)
        found = estimate(model, hardware, batch=row.batch, precision=row.precision)
        ratios[key] = found.tokens_per_s / row.tokens_per_s
    assert len(ratios) >= 20
    assert all(0.7 < ratio < 1.75 for ratio in ratios.values()), ratios
    off = sum(abs(math.log(ratio)) for ratio in ratios.values()) / len(ratios)
    assert math.exp(off) < 1.25


def test_the_power_share_is_the_mean_of_the_rows() -> None:
    shares = []
    for key in SOURCED:
        row = catalog.serving(key)
        model, hardware = catalog.model(row.model), catalog.hardware(row.hardware)
        if 2 < model.total_params_b == model.active_params_b:
            shares.append((row.loaded_w - hardware.idle_w) / (hardware.loaded_w - hardware.idle_w))
    assert sum(shares) / len(shares) == pytest.approx(POWER_SHARE, abs=0.02)


def test_the_claimed_model_does_not_fit_two_gaming_cards() -> None:
    """Claim 9: 1T parameters on two RTX 4090, 48 GB."""
    model, cards = catalog.model("deepseek-v4"), catalog.hardware("rtx-4090x2-pc")
    assert not estimate(model, cards, batch=1, precision="Q4").fits
    bits = bits_that_fit(model, cards)
    # 0.95 x 48 GB less 0.07 GB of cache, over 125 GB a bit.
    assert bits == pytest.approx((MEMORY_FILLED * 48 - 0.070272) / 125)
    ternary = math.log2(3)
    assert bits < ternary / 4
    # With three values a weight it takes more than eight of the cards.
    assert model.total_params_b * ternary / 8 > 8 * 24


def test_a_plan_uses_the_claimed_model_only_where_it_fits() -> None:
    rows = ["rtx-4090x2-pc", "b200-node"]
    instance = one_site(
        {
            "models": [catalog.model("deepseek-v4").model_dump()],
            "hardware": [catalog.hardware(row).model_dump() for row in rows],
            "serving": [catalog.serving(f"deepseek-v4+{row}").model_dump() for row in rows],
            "pools": [{"site": "C", "hardware": row, "existing_units": 9} for row in rows],
        }
    )
    assert find_arcs(instance).refusal[0, 0].tolist() == [Refusal.MEMORY, Refusal.NONE]


def test_missing_figures_are_reported() -> None:
    bare = Hardware(id="bare", memory_gb=1, idle_w=1, loaded_w=2, capex_usd={0: 1}, life_years=1)
    with pytest.raises(ValueError, match="bare lacks one of memory_bandwidth_gb_per_s"):
        estimate(MODEL, bare, batch=1, precision="Q4")
    shapeless = MODEL.model_copy(update={"cache_kb_per_token": None})
    with pytest.raises(ValueError, match="m lacks cache_kb_per_token"):
        estimate(shapeless, NODE, batch=1, precision="Q4")
    with pytest.raises(ValueError, match="unknown number format 'int3'"):
        weight_bits("int3")
