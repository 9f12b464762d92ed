"""Shared by the whole book: years, slots, profiles and discounting."""

from collections.abc import Mapping
from typing import Any

from tests.properties.book.choices import Book, Terms

HALVES = (range(12), range(12, 24))


def num(value: Any, year: int) -> float:
    """Value of a path in a year: constant, or given for each year of the instance."""
    if not isinstance(value, dict):
        return float(value)
    return float(value[str(year)] if str(year) in value else next(iter(value.values())))


def annuity(rate: float, life: float) -> float:
    return 1 / life if rate == 0 else rate / (1 - (1 + rate) ** -life)


class Ground:
    """An instance, about to be written as a program."""

    def __init__(
        self,
        data: dict[str, Any],
        near: Mapping[tuple[str, int], float] | None = None,
        above: bool = False,
    ) -> None:
        self.data, self.book = data, Book()
        self.near, self.above = near or {}, above
        self.outlay: list[Terms]
        time, self.rate = data["time"], data["money"]["discount_rate"]
        self.years: list[int] = time["years"]
        spans = [after - y for y, after in zip(self.years, self.years[1:], strict=False)]
        self.span = [*spans, time["last_span_years"]]
        self.discount = [
            sum((1 + self.rate) ** -(y + i - self.years[0]) for i in range(span))
            for y, span in zip(self.years, self.span, strict=True)
        ]
        days = [(True, 1.0), (False, 364.0)] if time["days"] == 2 else [(True, 365.0)]
        self.slots = [(half, peak, 12 * many) for peak, many in days for half in (0, 1)]
        self.profile = {p["id"]: p["values"] for p in data["profiles"]}
        self.by = {
            table: {row["id"]: row for row in data[table]}
            for table in ("classes", "zones", "models", "hardware", "generators", "storage")
        }
        self.sites = {site["id"]: site for site in data["sites"]}

    def shape(self, profile: str | None, half: int, *, mean: bool = True) -> float:
        if profile is None:
            return 1.0
        values = self.profile[profile]
        part = [values[hour] for hour in HALVES[half]]
        return sum(part) / 12 / (sum(values) / 24 if mean else 1.0)

    def alive(self, start: int, y: int, life: float) -> bool:
        return start <= y and self.years[y] - self.years[start] < life

    def overnight(self, built: int, start: int, kusd: float, life: float) -> None:
        """Pay the annuities of a build while it serves, and record its overnight cost."""
        for y in range(len(self.years)):
            if self.alive(start, y, life):
                self.book.earn([(built, -kusd * annuity(self.rate, life))], self.discount[y])
        self.outlay[start].append((built, kusd))

    def gain_of_densing(self, year: int) -> float:
        law = self.data["densing"]
        if law["doubling_months"] is None:
            return 1.0
        base = law["base_year"] or self.years[0]
        last = law["last_year"] or year
        return 2 ** (12 * (min(year, last) - base) / law["doubling_months"])
