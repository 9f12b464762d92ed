"""Quantities of an instance: unit and plausible range.

A range includes any real figure and, if possible, excludes units that are off by a thousand.
"""

from typing import Annotated, Any, get_args

from annotated_types import Ge, Le
from pydantic import Field


def range_of(quantity: Any) -> tuple[float, float]:
    """Return the lowest and highest plausible value of a quantity with both bounds."""
    (info,) = get_args(quantity)[1:]
    low: Any = next(bound.ge for bound in info.metadata if isinstance(bound, Ge))
    high: Any = next(bound.le for bound in info.metadata if isinstance(bound, Le))
    return low, high


def _unit(unit: str) -> dict[str, str]:
    return {"unit": unit}


Megawatts = Annotated[float, Field(ge=0, le=1e6, json_schema_extra=_unit("MW"))]
UnitMegawattHours = Annotated[float, Field(gt=0, le=100_000, json_schema_extra=_unit("MWh"))]
UnitMegawatts = Annotated[float, Field(gt=0, le=2_000, json_schema_extra=_unit("MW"))]
Watts = Annotated[float, Field(ge=0, le=250_000, json_schema_extra=_unit("W"))]
Gigabytes = Annotated[float, Field(gt=0, le=100_000, json_schema_extra=_unit("GB"))]
Milliseconds = Annotated[float, Field(ge=0, le=600_000, json_schema_extra=_unit("ms"))]
MillisecondsPerKm = Annotated[float, Field(ge=0, le=1, json_schema_extra=_unit("ms/km"))]
GtokPerHour = Annotated[float, Field(ge=0, le=1e6, json_schema_extra=_unit("Gtok/h"))]
TokensPerSecond = Annotated[float, Field(gt=0, le=1e15, json_schema_extra=_unit("token/s"))]
Units = Annotated[float, Field(ge=0, le=1e10, json_schema_extra=_unit("units"))]
Count = Annotated[int, Field(ge=0, le=1_000_000, json_schema_extra=_unit("count"))]
PositiveCount = Annotated[int, Field(ge=1, le=1_000_000, json_schema_extra=_unit("count"))]
HoursOfDay = Annotated[int, Field(ge=1, le=23, json_schema_extra=_unit("h"))]
Days = Annotated[int, Field(ge=1, le=365, json_schema_extra=_unit("days"))]
Years = Annotated[int, Field(ge=1, le=100, json_schema_extra=_unit("years"))]
LeadYears = Annotated[int, Field(ge=0, le=30, json_schema_extra=_unit("years"))]
CalendarYear = Annotated[int, Field(ge=1990, le=2200, json_schema_extra=_unit("calendar year"))]
Share = Annotated[float, Field(ge=0, le=1, json_schema_extra=_unit("fraction"))]
PositiveShare = Annotated[float, Field(gt=0, le=1, json_schema_extra=_unit("fraction"))]
Multiple = Annotated[float, Field(ge=0, le=10_000, json_schema_extra=_unit("multiple"))]
PositiveMultiple = Annotated[float, Field(gt=0, le=10_000, json_schema_extra=_unit("multiple"))]
UsdPerMtok = Annotated[float, Field(ge=0, le=100_000, json_schema_extra=_unit("$/Mtok"))]
UsdPerMtokMoreOrLess = Annotated[
    float, Field(ge=-100_000, le=100_000, json_schema_extra=_unit("$/Mtok"))
]
UsdPerMwh = Annotated[float, Field(ge=-1_000, le=10_000, json_schema_extra=_unit("$/MWh"))]
UsdPerMwhOfWear = Annotated[float, Field(ge=0.01, le=10_000, json_schema_extra=_unit("$/MWh"))]
UsdPerMwDay = Annotated[float, Field(ge=0, le=20_000, json_schema_extra=_unit("$/MW-day"))]
UsdPerMmbtu = Annotated[float, Field(ge=0, le=200, json_schema_extra=_unit("$/MMBtu"))]
UsdPerTonne = Annotated[float, Field(ge=0, le=5_000, json_schema_extra=_unit("$/t CO2"))]
UsdPerMw = Annotated[float, Field(ge=0, le=5e7, json_schema_extra=_unit("$/MW"))]
UsdPerKw = Annotated[float, Field(ge=0, le=50_000, json_schema_extra=_unit("$/kW"))]
UsdPerKwh = Annotated[float, Field(ge=0, le=10_000, json_schema_extra=_unit("$/kWh"))]
UsdPerKwYear = Annotated[float, Field(ge=0, le=5_000, json_schema_extra=_unit("$/kW-year"))]
UsdPerUnit = Annotated[float, Field(ge=0, le=1e9, json_schema_extra=_unit("$/unit"))]
UsdPerUnitYear = Annotated[float, Field(ge=0, le=1e8, json_schema_extra=_unit("$/unit-year"))]
Usd = Annotated[float, Field(ge=0, le=1e13, json_schema_extra=_unit("$"))]
UsdPerYear = Annotated[float, Field(ge=0, le=1e12, json_schema_extra=_unit("$/year"))]
TonnesPerYear = Annotated[float, Field(ge=0, le=1e11, json_schema_extra=_unit("t CO2/year"))]
KgPerMwh = Annotated[float, Field(ge=0, le=2_000, json_schema_extra=_unit("kg CO2/MWh"))]
MmbtuPerMwh = Annotated[float, Field(ge=0, le=30, json_schema_extra=_unit("MMBtu/MWh"))]
UsageEffectiveness = Annotated[float, Field(ge=1, le=3, json_schema_extra=_unit("ratio"))]
Elasticity = Annotated[float, Field(ge=-5, le=0, json_schema_extra=_unit("ratio"))]
Score = Annotated[float, Field(ge=0, le=100, json_schema_extra=_unit("points of 100"))]
BillionParameters = Annotated[float, Field(gt=0, le=100_000, json_schema_extra=_unit("1e9"))]
LookupBillions = Annotated[float, Field(ge=0, le=100_000, json_schema_extra=_unit("1e9"))]
AcceleratorHours = Annotated[float, Field(gt=0, le=1e12, json_schema_extra=_unit("h"))]
UsdPerAcceleratorHour = Annotated[float, Field(gt=0, le=1_000, json_schema_extra=_unit("$/h"))]
Months = Annotated[float, Field(gt=0, le=1_200, json_schema_extra=_unit("months"))]
GigabytesPerSecond = Annotated[float, Field(gt=0, le=1e7, json_schema_extra=_unit("GB/s"))]
TeraflopPerSecond = Annotated[float, Field(gt=0, le=1e8, json_schema_extra=_unit("TFLOP/s"))]
KilobytesPerToken = Annotated[float, Field(gt=0, le=100_000, json_schema_extra=_unit("kB/token"))]
MegaflopPerToken = Annotated[float, Field(ge=0, le=1e6, json_schema_extra=_unit("MFLOP/token"))]
Latitude = Annotated[float, Field(ge=-90, le=90, json_schema_extra=_unit("degrees"))]
Longitude = Annotated[float, Field(ge=-180, le=180, json_schema_extra=_unit("degrees"))]
UtcOffset = Annotated[float, Field(ge=-12, le=14, json_schema_extra=_unit("h"))]
