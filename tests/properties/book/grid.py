"""Families 5, 6 and 9: zones, contracts, capacity areas and grid connections."""

import math
from collections.abc import Iterable
from typing import Any

from tests.properties.book.choices import Terms
from tests.properties.book.ground import num
from tests.properties.book.supply import Supply

MOST_STEPS = 2
"""Steps of a grid connection to try; the random instances can use no more."""


class Grid(Supply):
    """Grid draw and its cost."""

    def drawn(self, zone: str, y: int, k: int, kinds: Iterable[str] | None = None) -> Terms:
        return [
            (self.draw[name, y, k], 1.0)
            for name, site in self.sites.items()
            if site["zone"] == zone and (kinds is None or site["kind"] in kinds)
        ]

    def limit(self, zone: dict[str, Any], y: int) -> float:
        return math.inf if zone["limit_mw"] is None else num(zone["limit_mw"], self.years[y])

    def grid(self) -> None:
        book, co2_price = self.book, self.data["policy"]["co2_price_usd_per_t"]
        self.blocks: dict[tuple[str, int, int], Terms] = {}
        for name, zone in self.by["zones"].items():
            for y, year in enumerate(self.years):
                tonne = num(zone["co2_kg_per_mwh"], year) / 1e3
                for k, (half, _, hours) in enumerate(self.slots):
                    drawn = self.drawn(name, y, k)
                    book.at_most(drawn, self.limit(zone, y))
                    weight = self.discount[y] * hours / 1e3
                    price = self.price(zone, y, half) + co2_price * tonne
                    book.earn(drawn, -price * weight)
                    self.emitted[y] += [(q, tonne * hours) for q, _ in drawn]
                    steps: Terms = []
                    for block in zone["supply_blocks"]:
                        size = block["size_mw"]
                        j = book.var(math.inf if size is None else num(size, year))
                        book.earn([(j, -num(block["adder_usd_per_mwh"], year))], weight)
                        steps.append((j, -1))
                    self.blocks[name, y, k] = steps
        for (name, y, k), q in self.draw.items():
            adder = self.sites[name]["energy_adder_usd_per_mwh"]
            book.earn([(q, -adder / 1e3)], self.discount[y] * self.slots[k][2])

    def price(self, zone: dict[str, Any], y: int, half: int) -> float:
        shape = self.shape(zone["price_profile"], half)
        return num(zone["energy_price_usd_per_mwh"], self.years[y]) * shape

    def contracts(self) -> None:
        book = self.book
        for y, year in enumerate(self.years):
            for k, (half, _, hours) in enumerate(self.slots):
                of_zone: dict[str, Terms] = {}
                of_site: dict[str, Terms] = {}
                for contract in self.data["contracts"]:
                    first, last = contract["first_year"] or year, contract["last_year"] or year
                    x = book.var(num(contract["limit_mw"], year) if first <= year <= last else 0)
                    zone = contract["zone"] or self.sites[contract["site"]]["zone"]
                    saved = self.price(self.by["zones"][zone], y, half)
                    saved -= num(contract["price_usd_per_mwh"], year)
                    book.earn([(x, saved / 1e3)], self.discount[y] * hours)
                    of_zone.setdefault(zone, []).append((x, 1))
                    if contract["site"] is not None:
                        of_site.setdefault(contract["site"], []).append((x, 1))
                for name, terms in of_site.items():
                    book.at_most([*terms, (self.draw[name, y, k], -1)], 0)
                for name in self.by["zones"]:
                    drawn, bought = self.drawn(name, y, k), of_zone.get(name, [])
                    book.at_most([*bought, *((q, -1) for q, _ in drawn)], 0)
                    blocks = self.blocks[name, y, k]
                    if blocks:
                        book.equal([*drawn, *((x, -1) for x, _ in bought), *blocks])

    def areas(self) -> None:
        book = self.book
        for area in self.data["capacity_areas"]:
            for y, year in enumerate(self.years):
                peak = book.var()
                need = num(area["forecast_pool_requirement"], year)
                price = num(area["capacity_price_usd_per_mw_day"], year)
                book.earn([(peak, -need * price * 365 / 1e3)], self.discount[y])
                if area["procured_ucap_mw"] is not None:
                    other = num(area["other_peak_mw"], year)
                    left = num(area["procured_ucap_mw"], year) - need * other
                    book.at_most([(peak, need)], max(left, 0.0))
                for k in range(len(self.slots)):
                    drawn = [q for zone in area["zones"] for q in self.drawn(zone, y, k)]
                    book.at_most([*drawn, (peak, -1)], 0)

    def connections(self) -> None:
        """Grid connections in whole steps, as many as could ever be useful."""
        book = self.book
        self.connected: dict[tuple[str, int], Terms] = {}
        for name, site in self.sites.items():
            if site["interconnection_cost_usd_per_mw"] is None:
                continue
            step, life = site["interconnection_step_mw"], site["interconnection_life_years"]
            built = []
            for y, year in enumerate(self.years):
                late = year - self.years[0] < site["interconnection_lead_years"]
                g = book.var(0 if late else MOST_STEPS, whole=True)
                built.append(g)
                cost = num(site["interconnection_cost_usd_per_mw"], year) / 1e3 * step
                self.overnight(g, y, cost, life)
                if not site["existing"]:
                    book.at_most([(g, 1), (self.open[name, y], -MOST_STEPS)], 0)
            for y, year in enumerate(self.years):
                there = [(self.open[name, y], num(site["existing_interconnection_mw"], year))]
                there += [(g, step) for start, g in enumerate(built) if self.alive(start, y, life)]
                self.connected[name, y] = there
                for k in range(len(self.slots)):
                    q = self.draw[name, y, k]
                    book.at_most([(q, 1), *((j, -mw) for j, mw in there)], 0)
