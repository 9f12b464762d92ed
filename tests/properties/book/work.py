"""Families 1 to 3 and 9: demand, service, and the hardware that provides it."""

import math
from itertools import pairwise
from typing import Any

from tests.properties.book.choices import Terms
from tests.properties.book.ground import Ground, annuity, num


def less_markup(group: dict[str, Any], year: int, paid: float) -> float:
    """What people pay for a token, less the markup on its cost, $/Mtok."""
    if group["markup_kind"] == "additive":
        return paid - num(group["markup_usd_per_mtok"], year)
    return paid / group["markup"]


CUTS = 20
"""Geometric cuts of a demand curve beside those around a given quantity."""


def end_of(group: dict[str, Any]) -> float:
    """End of a demand curve, multiples of demand at the reference price."""
    e, given = group["elasticity"], group["max_demand_multiple"]
    return float(min(max(100, 100**-e) if given is None else given, 1e-4**e, 1e4))


def curve(
    group: dict[str, Any], year: int, asked: float, near: float | None, above: bool
) -> list[tuple[float, float]]:
    """Steps of a demand curve: width, and mean willingness to pay less the markup, $/Mtok.

    Their value is that of chords, at most the curve's; or of tangents, at least the curve's.  Both
    are exact at the quantity given.
    """
    choke = group["choke_price_usd_per_mtok"] / asked
    e = group["elasticity"]
    if e == 0 or group["must_serve"]:
        return [(1.0, less_markup(group, year, choke))]
    price = num(group["reference_price_usd_per_mtok"], year) / asked
    core, end = (choke / price) ** e, end_of(group)

    def paid(x: float) -> float:
        if e == -1:
            return price * math.log(x / core)
        power = 1 + 1 / e
        return price * (x**power - core**power) / power

    def last(x: float) -> float:
        return float(price * x ** (1 / e))

    geometric = [core * (end / core) ** (i / (CUTS - 1)) for i in range(CUTS)]
    around = [] if near is None else [near * (1 + d) for d in (-0.02, -1e-3, 0, 1e-3, 0.02)]
    cuts = sorted(x for x in (*geometric, *around, end) if core <= x <= end)
    cuts = [x for x, after in pairwise(cuts) if after - x > 1e-9 * end] + [end]
    if above:
        crossings = [
            (paid(b) - paid(a) - last(b) * b + last(a) * a) / (last(a) - last(b))
            for a, b in pairwise(cuts)
        ]
        edges, values = [0.0, *crossings, end], [last(x) for x in cuts]
    else:
        edges = [0.0, *cuts]
        values = [choke, *((paid(b) - paid(a)) / (b - a) for a, b in pairwise(cuts))]
    return [
        (b - a, less_markup(group, year, value))
        for (a, b), value in zip(pairwise(edges), values, strict=True)
    ]


class Work(Ground):
    """Sites, hardware and work."""

    def openings(self) -> None:
        book = self.book
        self.open: dict[tuple[str, int], int] = {}
        self.outlay: list[Terms] = [[] for _ in self.years]
        for name, site in self.sites.items():
            candidate = not site["existing"]
            for y in range(len(self.years)):
                o = self.open[name, y] = book.var(1, whole=candidate, fixed=0 if candidate else 1)
                book.earn([(o, -site["fixed_cost_usd_per_year"] / 1e3)], self.discount[y])
                if not candidate:
                    continue
                cost = site["opening_cost_usd"] / 1e3
                paid = cost * annuity(self.rate, site["opening_life_years"])
                book.earn([(o, -paid)], self.discount[y])
                self.outlay[y].append((o, cost))
                if y:
                    book.at_most([(self.open[name, y - 1], 1), (o, -1)], 0)
                    self.outlay[y].append((self.open[name, y - 1], -cost))
        most = self.data["policy"]["max_open_sites"]
        for y in range(len(self.years)):
            candidates = [n for n, site in self.sites.items() if not site["existing"]]
            if most is not None:
                book.at_most([(self.open[n, y], 1) for n in candidates], most)

    def pools(self) -> None:
        book = self.book
        self.used: dict[tuple[str, str, int], int] = {}
        space: dict[tuple[str, int], Terms] = {}
        for pool in self.data["pools"]:
            site, hardware = self.sites[pool["site"]], self.by["hardware"][pool["hardware"]]
            device = site["kind"] == "device"
            built = []
            for y, year in enumerate(self.years):
                b = book.var(pool["max_pods"], whole=pool["max_pods"] > 0)
                built.append(b)
                if not site["existing"]:
                    book.at_most([(b, 1), (self.open[site["id"], y], -pool["max_pods"])], 0)
                cost = num(hardware["capex_usd"], year) / 1e3 * pool["units_per_pod"]
                self.overnight(b, y, cost, hardware["life_years"])
            book.at_most([(b, 1) for b in built], pool["max_pods"])
            for y, year in enumerate(self.years):
                n = self.used[site["id"], hardware["id"], y] = book.var()
                there = [(self.open[site["id"], y], num(pool["existing_units"], year))]
                there += [
                    (b, pool["units_per_pod"])
                    for start, b in enumerate(built)
                    if self.alive(start, y, hardware["life_years"])
                ]
                book.at_most([(n, 1), *((j, -units) for j, units in there)], 0)
                upkeep = 0 if device else hardware["operation_usd_per_unit_year"] / 1e3
                book.earn(there, -upkeep * self.discount[y])
                mw = hardware["loaded_w"] / 1e6
                space.setdefault((site["id"], y), []).extend((j, units * mw) for j, units in there)
        for (name, y), terms in space.items():
            limit = self.sites[name]["it_limit_mw"]
            if limit is not None:
                allowed = num(limit, self.years[y])
                book.at_most([*terms, (self.open[name, y], -allowed)], 0)

    def work(self) -> None:
        """Families 1 to 3: demand, acceptance, service and load."""
        book, network = self.book, self.data["network"]["cost_usd_per_mtok"]
        self.demand: dict[tuple[str, int, int], float] = {}
        self.most: dict[tuple[str, int], float] = {}
        self.served: dict[tuple[str, int, int], int] = {}
        self.flow: dict[tuple[str, str, str, int, int], int] = {}
        self.load: dict[tuple[str, str, int, int], Terms] = {}
        self.hours: dict[tuple[str, str, int], float] = {}
        self.energy: dict[tuple[str, str, int], float] = {}
        self.group: dict[str, dict[str, Any]] = {}
        serving = {row["hardware"]: row for row in self.data["serving"]}
        for work in self.data["workloads"]:
            name, group = f"{work['region']}/{work['class']}", self.by["classes"][work["class"]]
            self.group[name] = group
            for y, year in enumerate(self.years):
                query = num(group["tokens_per_query"], year)
                longer = group["tokens_per_query_enters"] == "demand"
                read, raw = (query, 1.0) if longer else (1.0, query)
                steps = curve(group, year, read, self.near.get((name, year)), self.above)
                accepted = [(book.var(width), value) for width, value in steps]
                if group["must_serve"]:
                    for a, _ in accepted:
                        book.equal([(a, 1)], 1.0)
                self.most[name, y] = sum(width for width, _ in steps)
                mean = num(work["demand_gtok_per_h"], year) * num(group["demand_multiplier"], year)
                choke = group["choke_price_usd_per_mtok"] / read
                worst = max(choke, less_markup(group, year, choke))
                penalty = group["shed_penalty_usd_per_mtok"] / read
                for hardware, row in serving.items():
                    self.hours[name, hardware, y] = (
                        1e9 / 3600 / row["tokens_per_s"] * row["token_multiplier"] * raw
                    ) / (num(row["rate_multiplier"], year) * self.gain_of_densing(year))
                    idle = self.by["hardware"][hardware]["idle_w"]
                    joule = (row["loaded_w"] - idle) / row["tokens_per_s"]
                    self.energy[name, hardware, y] = (
                        joule / 3.6 * row["token_multiplier"] * raw
                    ) * (num(row["energy_multiplier"], year) / self.gain_of_densing(year))
                for k, (half, _, hours) in enumerate(self.slots):
                    asked = mean * read * self.shape(group["profile"], half)
                    weight = self.discount[y] * hours
                    self.demand[name, y, k] = asked
                    served, shed = book.var(), book.var(0 if group["must_serve"] else math.inf)
                    self.served[name, y, k] = served
                    book.equal([(served, 1), (shed, 1), *((a, -asked) for a, _ in accepted)])
                    book.earn([(a, value * asked) for a, value in accepted], weight)
                    book.earn([(shed, -(worst + penalty))], weight)
                    carried: Terms = [(served, -1)]
                    for pool in self.data["pools"]:
                        site, hardware = self.sites[pool["site"]], pool["hardware"]
                        at_home = site["kind"] != "device" or site["region"] == work["region"]
                        if not at_home or site["kind"] not in group["site_kinds"]:
                            continue
                        f = self.flow[name, site["id"], hardware, y, k] = book.var()
                        carried.append((f, 1))
                        carrying = 0 if site["kind"] == "device" else network
                        cost = carrying + site["serving_cost_usd_per_mtok"]
                        book.earn([(f, -cost)], weight)
                        load = self.load.setdefault((site["id"], hardware, y, k), [])
                        load.append((f, self.hours[name, hardware, y]))
                    book.equal(carried)
        self.usable = {
            (pool["site"], pool["hardware"]): pool["duty_cycle"] * pool["max_utilisation"]
            for pool in self.data["pools"]
        }
        for (site, hardware, y, _), load in self.load.items():
            n = self.used[site, hardware, y]
            book.at_most([*load, (n, -self.usable[site, hardware])], 0)
