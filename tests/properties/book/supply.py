"""Families 4, 5, 7 and 8: the power of a site, its turbines and its batteries."""

import math
from typing import Any

from tests.properties.book.choices import Terms
from tests.properties.book.ground import num
from tests.properties.book.work import Work


class Supply(Work):
    """Generators, storage, training and power balance of a site."""

    def generators(self) -> None:
        book = self.book
        self.output: dict[tuple[str, int, int], Terms] = {}
        self.reserve: dict[tuple[str, int, int], Terms] = {}
        self.capable: dict[tuple[str, int, int], Terms] = {}
        self.emitted: list[Terms] = [[] for _ in self.years]
        largest: dict[tuple[str, int, int], float] = {}
        co2_price = self.data["policy"]["co2_price_usd_per_t"]
        for use in self.data["site_generators"]:
            site, type_ = self.sites[use["site"]], self.by["generators"][use["generator"]]
            mw = type_["unit_mw"]
            built = []
            for y, year in enumerate(self.years):
                u = book.var(use["max_units"], whole=use["max_units"] > 0)
                built.append(u)
                cost = num(type_["capex_usd_per_kw"], year) * mw
                self.overnight(u, y, cost, type_["life_years"])
                if not site["existing"]:
                    book.at_most([(u, 1), (self.open[site["id"], y], -use["max_units"])], 0)
            book.at_most([(u, 1) for u in built], use["max_units"])
            for y, year in enumerate(self.years):
                units = [(self.open[site["id"], y], float(use["existing_units"]))]
                units += [
                    (u, 1.0)
                    for made, u in enumerate(built)
                    if self.alive(made, y, type_["life_years"])
                ]
                upkeep = type_["fixed_om_usd_per_kw_year"] * mw
                book.earn(units, -upkeep * self.discount[y])
                fuel = num(use["fuel_price_usd_per_mmbtu"], year)
                mwh = type_["heat_rate_mmbtu_per_mwh"] * fuel + type_["variable_om_usd_per_mwh"]
                tonne = type_["co2_kg_per_mwh"] / 1e3
                for k, (half, _, hours) in enumerate(self.slots):
                    p = book.var()
                    sun = self.shape(use["availability_profile"], half, mean=False)
                    key = (site["id"], y, k)
                    book.at_most([(p, 1), *((j, -sun * mw * n) for j, n in units)], 0)
                    self.output.setdefault(key, []).append((p, 1))
                    largest[key] = max(largest.get(key, 0.0), sun * mw * type_["derate"])
                    self.capable.setdefault(key, []).extend((j, sun * mw * n) for j, n in units)
                    self.reserve.setdefault(key, []).extend(
                        (j, sun * mw * type_["derate"] * n) for j, n in units
                    )
                    usd = mwh + co2_price * tonne
                    book.earn([(p, -usd / 1e3)], self.discount[y] * hours)
                    self.emitted[y].append((p, tonne * hours))
        for (name, y, k), terms in self.reserve.items():
            out = self.sites[name]["redundant_units"]
            terms.append((self.open[name, y], -out * largest[name, y, k]))

    def stores(self) -> None:
        """Storage at grid sites, cyclic within the day, with whole units."""
        book = self.book
        self.stored: dict[tuple[str, int, int], Terms] = {}
        for use in self.data["site_storage"]:
            site, type_ = self.sites[use["site"]], self.by["storage"][use["storage"]]
            built = [book.var(use["max_units"], whole=use["max_units"] > 0) for _ in self.years]
            book.at_most([(v, 1) for v in built], use["max_units"])
            for y, year in enumerate(self.years):
                kw = num(type_["capex_usd_per_kw"], year) * type_["unit_mw"]
                kwh = num(type_["capex_usd_per_kwh"], year) * type_["unit_mwh"]
                self.overnight(built[y], y, kw + kwh, type_["life_years"])
                units = [(self.open[site["id"], y], float(use["existing_units"]))]
                units += [
                    (v, 1.0)
                    for made, v in enumerate(built)
                    if self.alive(made, y, type_["life_years"])
                ]
                upkeep = type_["fixed_om_usd_per_kw_year"] * type_["unit_mw"]
                book.earn(units, -upkeep * self.discount[y])
                for first in range(0, len(self.slots), 2):
                    state = [book.var(), book.var()]
                    for half in (0, 1):
                        k = first + half
                        weight = self.discount[y] * self.slots[k][2]
                        c, d = book.var(), book.var()
                        book.earn([(d, -type_["variable_om_usd_per_mwh"] / 1e3)], weight)
                        kept = [(c, -12 * type_["charge_efficiency"])]
                        kept += [(d, 12 / type_["discharge_efficiency"])]
                        book.equal([(state[half], 1), (state[1 - half], -1), *kept])
                        book.at_most(
                            [(c, 1), (d, 1), *((j, -type_["unit_mw"] * n) for j, n in units)], 0
                        )
                        room = [(j, -type_["unit_mwh"] * n) for j, n in units]
                        book.at_most([(state[half], 1), *room], 0)
                        takes = self.stored.setdefault((site["id"], y, k), [])
                        takes += [(c, 1), (d, -1)]

    def trained_mw(self, site: dict[str, Any], y: int, peak: bool) -> float:
        total = 0.0
        for run in self.data["training_runs"]:
            if run["site"] != site["id"] or run["start_year"] != self.years[y]:
                continue
            model, hardware = self.by["models"][run["model"]], self.by["hardware"][run["hardware"]]
            hours = run["accelerator_hours"] or model["training_accelerator_hours"]
            if hours is None:
                hours = model["training_cost_usd"] / run["usd_per_accelerator_hour"]
            watts = run["accelerator_w"]
            if watts is None:
                watts = hardware["loaded_w"] / hardware["accelerators_per_unit"]
            mw = hours * watts / 1e6 / (24 * run["days"]) * site["pue"]
            total += mw if peak else mw * (run["days"] / self.span[y] - 1) / 364
        return total

    def power(self) -> None:
        """Families 4, 5 and 7: the power of a site and its sources."""
        book = self.book
        self.draw: dict[tuple[str, int, int], int] = {}
        self.taken: dict[tuple[str, int, int], Terms] = {}
        for name, site in self.sites.items():
            for y, year in enumerate(self.years):
                for k, (_, peak, _) in enumerate(self.slots):
                    terms: Terms = []
                    for pool in self.data["pools"]:
                        if pool["site"] != name:
                            continue
                        hardware = self.by["hardware"][pool["hardware"]]
                        idle = 0 if site["kind"] == "device" else hardware["idle_w"] / 1e6
                        n = self.used[name, hardware["id"], y]
                        terms.append((n, site["pue"] * idle))
                        terms += [
                            (f, site["pue"] * self.energy[w, h, y])
                            for (w, s, h, at, slot), f in self.flow.items()
                            if (s, h, at, slot) == (name, hardware["id"], y, k)
                        ]
                    other = num(site["fixed_load_mw"], year) + self.trained_mw(site, y, peak)
                    terms.append((self.open[name, y], other))
                    self.taken[name, y, k] = terms
                    q = self.draw[name, y, k] = book.var(
                        0 if site["kind"] == "offgrid" else math.inf
                    )
                    made = [(p, -1.0) for p, _ in self.output.get((name, y, k), [])]
                    book.equal([*terms, *self.stored.get((name, y, k), []), *made, (q, -1)])
                    if site["kind"] == "offgrid":
                        held = [(j, -mw) for j, mw in self.reserve.get((name, y, k), [])]
                        book.at_most([*terms, *held], 0)
