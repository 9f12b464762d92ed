"""Records of the catalog: models, hardware, serving configurations, generators and storage."""

from typing import Literal, Self

from pydantic import Field, model_validator

from optimizer.schema.base import Identifier, OwnId, Record, Yearly, every_year
from optimizer.schema.quantities import (
    AcceleratorHours,
    BillionParameters,
    CalendarYear,
    Gigabytes,
    GigabytesPerSecond,
    KgPerMwh,
    KilobytesPerToken,
    LookupBillions,
    MegaflopPerToken,
    Milliseconds,
    MmbtuPerMwh,
    PositiveCount,
    PositiveMultiple,
    PositiveShare,
    Score,
    TeraflopPerSecond,
    TokensPerSecond,
    UnitMegawattHours,
    UnitMegawatts,
    Usd,
    UsdPerKw,
    UsdPerKwh,
    UsdPerKwYear,
    UsdPerMwh,
    UsdPerMwhOfWear,
    UsdPerUnit,
    UsdPerUnitYear,
    Watts,
    Years,
)


class Model(Record):
    """A language model."""

    id: OwnId
    name: str = Field("", description="Name as its maker writes it")
    total_params_b: BillionParameters = Field(description="Parameters, billions")
    active_params_b: BillionParameters = Field(description="Parameters active for a token")
    quality: Score = Field(description="Answer quality; workloads set a floor on it")
    available_from: CalendarYear = Field(1990, description="First year it may serve")
    lookup_params_b: LookupBillions = Field(
        0.0,
        description="Of the total, parameters of tables that are looked up: memory, no compute",
    )
    cache_kb_per_token: KilobytesPerToken | None = Field(
        None, description="Key-value cache of a token of context, at 16 bits"
    )
    attention_mflop_per_context_token: MegaflopPerToken = Field(
        0.0, description="Compute of attention for a new token, for each token of its context"
    )
    attention_share: PositiveShare = Field(
        1.0, description="Share of the context that attention works on (sparse attention)"
    )
    training_cost_usd: Usd | None = Field(
        None, description="What its training run cost, as stated; see the source for its scope"
    )
    training_accelerator_hours: AcceleratorHours | None = Field(
        None, description="Accelerator-hours of its training run, as stated"
    )
    cheaper_times_low: PositiveMultiple | None = Field(
        None, description="Claimed: at least so many times cheaper a token than its predecessors"
    )
    cheaper_times_high: PositiveMultiple | None = Field(
        None, description="Claimed: at most so many times cheaper a token"
    )
    source: str = Field("", description="Where the figures come from")

    @model_validator(mode="after")
    def _claim_is_a_range(self) -> Self:
        low, high = self.cheaper_times_low, self.cheaper_times_high
        if (low is None) != (high is None):
            raise ValueError(
                "cheaper_times_low and cheaper_times_high are given both or not at all"
            )
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"cheaper_times_low ({low:g}) must be at most cheaper_times_high ({high:g})"
            )
        return self


class Hardware(Record):
    """A type of hardware, counted in units (a phone, an accelerator, a node of eight)."""

    id: OwnId
    name: str = Field("", description="What one unit is")
    memory_gb: Gigabytes = Field(description="Memory that a unit has for weights and cache")
    idle_w: Watts = Field(description="Wall power of a unit that is on and serves nothing")
    loaded_w: Watts = Field(description="Highest wall power of a unit while it serves")
    capex_usd: Yearly[UsdPerUnit] = Field(description="Overnight cost of a unit, installed")
    life_years: Years = Field(description="Years from commissioning to retirement")
    operation_usd_per_unit_year: UsdPerUnitYear = Field(
        0.0, description="Fixed operation and maintenance"
    )
    accelerators_per_unit: PositiveCount = Field(1, description="Accelerators that a unit holds")
    memory_bandwidth_gb_per_s: GigabytesPerSecond | None = Field(
        None, description="Peak memory bandwidth of a unit, all accelerators"
    )
    peak_16bit_tflop_per_s: TeraflopPerSecond | None = Field(
        None, description="Peak dense compute of a unit at 16 bits"
    )
    peak_8bit_tflop_per_s: TeraflopPerSecond | None = Field(
        None, description="Peak dense compute of a unit at 8 bits; that at 16 where null"
    )
    peak_4bit_tflop_per_s: TeraflopPerSecond | None = Field(
        None, description="Peak dense compute of a unit at 4 bits; that at 8 where null"
    )
    roofline_share: PositiveShare | None = Field(
        None, description="Share of the roofline's rate that serving a dense model reaches"
    )
    source: str = Field("", description="Where the figures come from")


class Serving(Record):
    """A serving configuration: a model on a hardware type, at one batch and precision."""

    id: OwnId
    model: Identifier = Field(description="Id of the model")
    hardware: Identifier = Field(description="Id of the hardware")
    batch: PositiveCount = Field(description="Requests served together")
    precision: str = Field("", description="Number format of the weights")
    tokens_per_s: TokensPerSecond = Field(description="Raw output tokens a second of one unit")
    loaded_w: Watts = Field(description="Wall power of one unit at that rate")
    memory_gb: Gigabytes = Field(description="Memory needed for weights and cache on a unit")
    ttft_ms: Milliseconds = Field(description="Time to first token without the network")
    token_multiplier: PositiveMultiple = Field(
        1.0, description="Raw tokens for a token of the answer (test-time compute)"
    )
    quality: Score | None = Field(None, description="Quality so served, where not the model's")
    rate_multiplier: Yearly[PositiveMultiple] = Field(
        default_factory=lambda: every_year(1.0), description="Path of tokens/s by year"
    )
    energy_multiplier: Yearly[PositiveMultiple] = Field(
        default_factory=lambda: every_year(1.0), description="Path of J/token by year"
    )
    power_scope: str = Field("", description="What the source's watts cover")
    wall_factor: PositiveMultiple = Field(
        1.0, description="Factor already applied to bring the source's watts to the wall"
    )
    status: Literal["measured", "estimated"] = Field(
        "estimated", description="Whether the figures were measured on this pair"
    )
    source: str = Field("", description="Where the figures come from")


class Generator(Record):
    """A type of generator, counted in whole units."""

    id: OwnId
    name: str = Field("", description="What one unit is")
    unit_mw: UnitMegawatts = Field(description="Power of one unit")
    capex_usd_per_kw: Yearly[UsdPerKw] = Field(description="Overnight cost")
    life_years: Years = Field(description="Years from commissioning to retirement")
    fixed_om_usd_per_kw_year: UsdPerKwYear = Field(0.0, description="Fixed operation")
    variable_om_usd_per_mwh: UsdPerMwh = Field(0.0, description="Variable operation")
    heat_rate_mmbtu_per_mwh: MmbtuPerMwh = Field(0.0, description="Fuel for a MWh")
    co2_kg_per_mwh: KgPerMwh = Field(0.0, description="Emissions at the stack")
    derate: PositiveShare = Field(1.0, description="Share of nameplate that is accredited")
    follows_weather: bool = Field(
        False, description="Output follows sun or wind: a site must give availability_profile"
    )
    source: str = Field("", description="Where the figures come from")


class Storage(Record):
    """A type of storage, counted in whole units; power is at the site's busbar."""

    id: OwnId
    name: str = Field("", description="What one unit is")
    unit_mw: UnitMegawatts = Field(description="Highest charge or discharge of one unit")
    unit_mwh: UnitMegawattHours = Field(description="Energy that one unit holds, usable")
    capex_usd_per_kw: Yearly[UsdPerKw] = Field(description="Overnight cost of its power")
    capex_usd_per_kwh: Yearly[UsdPerKwh] = Field(description="Overnight cost of its energy")
    life_years: Years = Field(description="Years from commissioning to retirement")
    fixed_om_usd_per_kw_year: UsdPerKwYear = Field(0.0, description="Fixed operation")
    variable_om_usd_per_mwh: UsdPerMwhOfWear = Field(
        description="Wear, a MWh discharged; above 0, or cycling to no purpose would cost nothing"
    )
    charge_efficiency: PositiveShare = Field(description="Energy stored over energy taken")
    discharge_efficiency: PositiveShare = Field(description="Energy given over energy unstored")
    derate: PositiveShare = Field(
        1.0, description="Share of units that is accredited where units of a site may be out"
    )
    source: str = Field("", description="Where the figures come from")
