"""Models, hardware, serving configurations and a turbine of believable size.

The figures are round, made up for tests of scale, and no source for anything else.  Ids begin
with ``syn-``: a file's row whose id is in the package's catalog would inherit from it.
"""

from optimizer.schema.catalog import Generator, Hardware, Model, Serving
from synthetic.size import Size

SOURCE = "synthetic"
HARDWARE_COST_GROWTH = -0.05
RATE_GROWTH = 0.15

MODELS = tuple(
    Model(
        id=f"syn-{name}",
        name=name,
        total_params_b=total,
        active_params_b=active,
        quality=quality,
        source=SOURCE,
    )
    for name, total, active, quality in (
        ("small", 8, 8, 40),
        ("medium", 70, 70, 60),
        ("large", 1000, 40, 80),
    )
)

GENERATORS = (
    Generator(
        id="syn-turbine",
        name="aeroderivative gas turbine",
        unit_mw=34,
        capex_usd_per_kw=1400,
        life_years=20,
        fixed_om_usd_per_kw_year=16,
        variable_om_usd_per_mwh=5,
        heat_rate_mmbtu_per_mwh=9.1,
        co2_kg_per_mwh=480,
        derate=0.95,
        source=SOURCE,
    ),
)


def hardware(size: Size) -> tuple[Hardware, ...]:
    """Phone, edge box, node and rack; prices fall by year."""

    def falling(usd: float) -> dict[int, float]:
        return size.growth(HARDWARE_COST_GROWTH, usd, digits=0)

    return (
        Hardware(
            id="syn-phone",
            name="phone",
            memory_gb=8,
            idle_w=1,
            loaded_w=6,
            capex_usd=0,
            life_years=3,
            source=SOURCE,
        ),
        Hardware(
            id="syn-box",
            name="edge server with four accelerators",
            memory_gb=192,
            idle_w=600,
            loaded_w=2_500,
            capex_usd=falling(60_000),
            life_years=5,
            operation_usd_per_unit_year=3_000,
            source=SOURCE,
        ),
        Hardware(
            id="syn-node",
            name="server with eight accelerators",
            memory_gb=640,
            idle_w=2_800,
            loaded_w=10_200,
            capex_usd=falling(300_000),
            life_years=5,
            operation_usd_per_unit_year=15_000,
            source=SOURCE,
        ),
        Hardware(
            id="syn-rack",
            name="rack with 72 accelerators",
            memory_gb=13_500,
            idle_w=33_000,
            loaded_w=132_000,
            capex_usd=falling(3_600_000),
            life_years=5,
            operation_usd_per_unit_year=150_000,
            source=SOURCE,
        ),
    )


def serving(size: Size) -> tuple[Serving, ...]:
    """Six configurations; tokens/s grow by year at constant power."""
    rows = (
        # model, hardware, batch, tokens/s, W, GB, time to first token in ms
        ("small", "phone", 1, 15, 6, 6, 250),
        ("small", "box", 32, 12_000, 2_400, 40, 60),
        ("medium", "box", 16, 1_500, 2_500, 160, 200),
        ("medium", "node", 128, 15_000, 10_000, 300, 150),
        ("large", "node", 16, 3_000, 10_200, 620, 400),
        ("large", "rack", 256, 120_000, 130_000, 6_000, 300),
    )
    faster = size.growth(RATE_GROWTH)
    leaner = {year: round(1 / rate, 4) for year, rate in faster.items()}
    return tuple(
        Serving(
            id=f"syn-{model}-{unit}",
            model=f"syn-{model}",
            hardware=f"syn-{unit}",
            batch=batch,
            tokens_per_s=rate,
            loaded_w=watts,
            memory_gb=memory,
            ttft_ms=ttft,
            rate_multiplier=faster,
            energy_multiplier=leaner,
            source=SOURCE,
        )
        for model, unit, batch, rate, watts, memory, ttft in rows
    )
