"""Records of the catalog: models, hardware, serving configurations, generators and storage."""

from typing import Literal, Self

from pydantic import Field, model_validator

from optimizer.schema import quantities as unit
from optimizer.schema.base import Identifier, OwnId, Record, Yearly, by_year, default


class Model(Record):
    """A language model."""

    id: OwnId
    name: str = default("", "Name as its developer writes it")
    total_params_b: unit.BillionParameters = Field(description="Total parameters, billions")
    active_params_b: unit.BillionParameters = Field(
        description="Parameters active per token, billions"
    )
    quality: unit.Score = Field(description="Answer quality, on which workload classes set a floor")
    available_from: unit.CalendarYear = default(1990, "First year in which it can serve")
    lookup_params_b: unit.LookupBillions = default(
        0.0, "Parameters in lookup tables, part of the total: memory but no compute"
    )
    cache_kb_per_token: unit.KilobytesPerToken | None = default(
        None, "Key-value cache for each token of context, at 16 bits"
    )
    attention_mflop_per_context_token: unit.MegaflopPerToken = default(
        0.0, "Attention compute for a new token, for each token of its context"
    )
    attention_share: unit.PositiveShare = default(
        1.0, "Share of the context that attention covers (below 1 for sparse attention)"
    )
    training_cost_usd: unit.Usd | None = default(
        None, "Published cost of its training run; see the source for its scope"
    )
    training_accelerator_hours: unit.AcceleratorHours | None = default(
        None, "Published accelerator-hours of its training run"
    )
    cheaper_times_low: unit.PositiveMultiple | None = default(
        None, "Claimed cost reduction per token against its predecessors, low end"
    )
    cheaper_times_high: unit.PositiveMultiple | None = default(
        None, "Claimed cost reduction per token against its predecessors, high end"
    )
    source: str = default("", "Source of the figures")

    @model_validator(mode="after")
    def _claim_is_a_range(self) -> Self:
        low, high = self.cheaper_times_low, self.cheaper_times_high
        if (low is None) != (high is None):
            raise ValueError("give both cheaper_times_low and cheaper_times_high, or neither")
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"cheaper_times_low ({low:g}) must be at most cheaper_times_high ({high:g})"
            )
        return self


class Hardware(Record):
    """A type of hardware, counted in units (a phone, an accelerator, a node of eight)."""

    id: OwnId
    name: str = default("", "Description of one unit")
    memory_gb: unit.Gigabytes = Field(description="Memory of a unit for weights and cache")
    idle_w: unit.Watts = Field(description="Wall power of a unit that is on but idle")
    loaded_w: unit.Watts = Field(description="Highest wall power of a unit while serving")
    capex_usd: Yearly[unit.UsdPerUnit] = Field(description="Overnight cost of a unit, installed")
    life_years: unit.Years = Field(description="Years from commissioning to retirement")
    operation_usd_per_unit_year: unit.UsdPerUnitYear = default(0.0, "Fixed O&M cost")
    accelerators_per_unit: unit.PositiveCount = default(1, "Accelerators in a unit")
    memory_bandwidth_gb_per_s: unit.GigabytesPerSecond | None = default(
        None, "Peak memory bandwidth of a unit, over all its accelerators"
    )
    peak_16bit_tflop_per_s: unit.TeraflopPerSecond | None = default(
        None, "Peak dense compute of a unit at 16 bits"
    )
    peak_8bit_tflop_per_s: unit.TeraflopPerSecond | None = default(
        None, "Peak dense compute of a unit at 8 bits; if null, as at 16"
    )
    peak_4bit_tflop_per_s: unit.TeraflopPerSecond | None = default(
        None, "Peak dense compute of a unit at 4 bits; if null, as at 8"
    )
    roofline_share: unit.PositiveShare | None = default(
        None, "Share of the roofline rate reached when serving a dense model"
    )
    source: str = default("", "Source of the figures")


class Serving(Record):
    """A serving configuration: a model on a type of hardware, at one batch size and precision."""

    id: OwnId
    model: Identifier = Field(description="Id of the model")
    hardware: Identifier = Field(description="Id of the hardware")
    batch: unit.PositiveCount = Field(description="Requests served together")
    precision: str = default("", "Number format of the weights")
    tokens_per_s: unit.TokensPerSecond = Field(
        description="Raw output tokens per second of one unit"
    )
    loaded_w: unit.Watts = Field(description="Wall power of one unit at that rate")
    memory_gb: unit.Gigabytes = Field(description="Memory needed on a unit for weights and cache")
    ttft_ms: unit.Milliseconds = Field(description="Time to first token, without the network")
    token_multiplier: unit.PositiveMultiple = default(
        1.0, "Raw tokens per token of the answer (test-time compute)"
    )
    quality: unit.Score | None = default(None, "Quality as served; if null, the model's")
    rate_multiplier: Yearly[unit.PositiveMultiple] = by_year(1.0, "Multiple of tokens/s by year")
    energy_multiplier: Yearly[unit.PositiveMultiple] = by_year(1.0, "Multiple of J/token by year")
    power_scope: str = default("", "What the source's power figure includes")
    wall_factor: unit.PositiveMultiple = default(
        1.0, "Factor already applied to convert the source's power to wall power"
    )
    status: Literal["measured", "estimated"] = default(
        "estimated", "Whether the figures were measured for this model and hardware"
    )
    source: str = default("", "Source of the figures")


class Generator(Record):
    """A type of generator, counted in whole units."""

    id: OwnId
    name: str = default("", "Description of one unit")
    unit_mw: unit.UnitMegawatts = Field(description="Power of one unit")
    capex_usd_per_kw: Yearly[unit.UsdPerKw] = Field(description="Overnight cost")
    life_years: unit.Years = Field(description="Years from commissioning to retirement")
    fixed_om_usd_per_kw_year: unit.UsdPerKwYear = default(0.0, "Fixed O&M cost")
    variable_om_usd_per_mwh: unit.UsdPerMwh = default(0.0, "Variable O&M cost without fuel")
    heat_rate_mmbtu_per_mwh: unit.MmbtuPerMwh = default(0.0, "Fuel per MWh generated")
    co2_kg_per_mwh: unit.KgPerMwh = default(0.0, "Emissions at the stack")
    derate: unit.PositiveShare = default(1.0, "Share of nameplate capacity that is accredited")
    follows_weather: bool = default(
        False, "Output depends on weather: each site must give availability_profile"
    )
    source: str = default("", "Source of the figures")


class Storage(Record):
    """A type of storage, counted in whole units; power is measured at the site's busbar."""

    id: OwnId
    name: str = default("", "Description of one unit")
    unit_mw: unit.UnitMegawatts = Field(
        description="Highest charging or discharging power of one unit"
    )
    unit_mwh: unit.UnitMegawattHours = Field(description="Usable energy of one unit")
    capex_usd_per_kw: Yearly[unit.UsdPerKw] = Field(description="Overnight cost of power capacity")
    capex_usd_per_kwh: Yearly[unit.UsdPerKwh] = Field(
        description="Overnight cost of energy capacity"
    )
    life_years: unit.Years = Field(description="Years from commissioning to retirement")
    fixed_om_usd_per_kw_year: unit.UsdPerKwYear = default(0.0, "Fixed O&M cost")
    variable_om_usd_per_mwh: unit.UsdPerMwhOfWear = Field(
        description="Wear per MWh discharged; above 0, or pointless cycling would be free"
    )
    charge_efficiency: unit.PositiveShare = Field(description="Energy stored per energy charged")
    discharge_efficiency: unit.PositiveShare = Field(
        description="Energy delivered per energy released"
    )
    derate: unit.PositiveShare = default(
        1.0, "Share of capacity that is accredited while units of a site may be out"
    )
    source: str = default("", "Source of the figures")
