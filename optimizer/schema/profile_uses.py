"""Check that each profile suits what uses it: its clock, its sign and its range."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from optimizer.schema.contents import Contents
from optimizer.schema.demand import Profile
from optimizer.schema.quantities import KgPerMwh, UsdPerMwh, range_of
from optimizer.schema.references import REFERENCES, Fault

LISTED = 5
"""Hours of a profile that are reported one by one."""

PRICES = ("price_profile", "hourly_price_usd_per_mwh")
"""Fields of a zone whose profile may have negative values."""

AS_GIVEN = {
    "hourly_price_usd_per_mwh": ("$/MWh", range_of(UsdPerMwh)),
    "hourly_co2_kg_per_mwh": ("kg CO2/MWh", range_of(KgPerMwh)),
}
"""Fields of a zone whose profile holds quantities: unit and range."""

OF_ZONES = tuple(f for (table, f), to in REFERENCES.items() if (table, to) == ("zones", "profiles"))


def profile_faults(contents: Contents) -> Iterator[Fault]:
    """Yield every use of a profile for which its clock or values are not right."""
    profiles = contents.by_id("profiles")
    for row, zone in contents.each("zones"):
        for field in OF_ZONES:
            profile = profiles.get(getattr(zone, field))
            if profile is not None and profile.clock == "local":
                message = "its clock is local, but a zone has no region; set the clock to instance"
                yield Fault(("zones", row, field), message, profile.id)
        if (profile := profiles.get(zone.price_profile)) is not None:
            yield from _scaled_price(row, zone, profile)
    yield from _weather(contents)
    signs = {name: use for use, name in _uses(contents) if use.split(".")[-1] not in PRICES}
    for row, profile in contents.each("profiles"):
        if profile.id in signs:
            message = (
                f"must be at least 0, since {signs[profile.id]} is {profile.id}; only prices may be"
                " negative"
            )
            yield from _out_of_range(row, profile, 0, float("inf"), message)
        for field, (unit, (low, high)) in AS_GIVEN.items():
            used = [z.id for _, z in contents.each("zones") if getattr(z, field) == profile.id]
            if used and not (low == 0 and profile.id in signs and min(profile.values) < 0):
                message = (
                    f"must be between {low:,g} and {high:,g} ({unit}), since"
                    f" zones.{used[0]}.{field} is {profile.id}"
                )
                yield from _out_of_range(row, profile, low, high, message)
    for row, use in contents.each("site_generators"):
        if use.availability_profile not in profiles:
            continue
        highest = max(profiles[use.availability_profile].values)
        if highest > 1:
            message = (
                "is a share of nameplate capacity and must be at most 1 in every hour;"
                f" it reaches {highest:g}"
            )
            where = ("site_generators", row, "availability_profile")
            yield Fault(where, message, use.availability_profile)


def _weather(contents: Contents) -> Iterator[Fault]:
    weather = {key for key, kind in contents.by_id("generators").items() if kind.follows_weather}
    for row, use in contents.each("site_generators"):
        if use.generator in weather and use.availability_profile is None:
            message = f"is required, since the output of {use.generator} depends on the weather"
            yield Fault(("site_generators", row, "availability_profile"), message)


def _uses(contents: Contents) -> Iterator[tuple[str, str]]:
    """Yield each field that names a profile, and the profile."""
    for (table, field), target in REFERENCES.items():
        if target == "profiles":
            for _, record in contents.each(table):
                if (name := getattr(record, field)) is not None:
                    holder = f".{record.id}" if hasattr(record, "id") else ""
                    yield f"{table}{holder}.{field}", name


def _scaled_price(row: int, zone: Any, profile: Profile) -> Iterator[Fault]:
    """A shape with negative prices needs a mean above 0, and must scale to plausible prices."""
    if min(profile.values) >= 0 or zone.energy_price_usd_per_mwh is None:
        return
    mean = sum(profile.values) / len(profile.values)
    where = ("zones", row, "price_profile")
    hint = "; to use its prices as they are, give it as hourly_price_usd_per_mwh instead"
    if mean <= 0:
        yield Fault(where, f"has a mean of {mean:g} and cannot be scaled{hint}", profile.id)
        return
    low, high = range_of(UsdPerMwh)
    scaled = [
        value * level / mean
        for value in (min(profile.values), max(profile.values))
        for level in zone.energy_price_usd_per_mwh.values()
    ]
    if not low <= min(scaled) <= max(scaled) <= high:
        message = (
            f"scales to prices from {min(scaled):,.0f} to {max(scaled):,.0f} $/MWh, which must be"
            f" between {low:,g} and {high:,g}{hint}"
        )
        yield Fault(where, message, profile.id)


def _out_of_range(
    row: int, profile: Profile, low: float, high: float, message: str
) -> Iterator[Fault]:
    values: Sequence[float] = profile.values
    wrong = [hour for hour, value in enumerate(values) if not low <= value <= high]
    for hour in islice(wrong, LISTED):
        yield Fault(("profiles", row, "values", hour), message, values[hour])
    if more := wrong[LISTED:]:
        yield Fault(("profiles", row, "values", more[0]), f"and {len(more)} more such values")
