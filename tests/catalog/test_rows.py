"""The catalog's rows: sources, wall power, and what a batch does to energy."""

import re

import pytest

from optimizer import catalog

SERVING = tuple(catalog.rows("serving"))
SOURCE_WATTS = re.compile(r"^(?P<watts>[0-9.]+) W (?P<scope>[^.]+)\.")


@pytest.mark.parametrize("table", catalog.TABLES)
def test_every_row_names_its_source(table: str) -> None:
    sources = {key: row.get("source", "") for key, row in catalog.rows(table).items()}
    assert sources
    assert [key for key, source in sources.items() if len(source) < 20] == []


@pytest.mark.parametrize("key", SERVING)
def test_wall_power_is_the_sources_watts_times_the_factor(key: str) -> None:
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
    assert key == f"{row.model}+{row.hardware}"
    assert hardware.idle_w < row.loaded_w <= hardware.loaded_w
    assert row.memory_gb <= hardware.memory_gb


@pytest.mark.parametrize("key", SERVING)
def test_only_wall_power_counts_as_measured(key: str) -> None:
    row = catalog.serving(key)
    assert row.power_scope
    if row.status == "measured":
        assert row.power_scope.startswith("wall")
        assert row.wall_factor == 1
    else:
        assert "ESTIMATED" in row.source or "Factor" in row.source


@pytest.mark.parametrize("table", ["models", "hardware", "generators"])
def test_what_no_source_gives_is_marked(table: str) -> None:
    cited = re.compile(r"ESTIMATED|model card|report|Epoch|ATB")
    rows = catalog.rows(table)
    assert [key for key, row in rows.items() if not cited.search(row["source"])] == []


def test_the_published_wall_measurement_is_kept_as_it_is() -> None:
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


def test_turbine_is_one_of_abilenes() -> None:
    assert catalog.generator("gas-turbine-34mw").unit_mw == pytest.approx(986 / 29, rel=1e-3)
