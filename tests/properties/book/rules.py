"""Families 10 and 11: single sites, policies and outages."""

from tests.properties.book.choices import Terms
from tests.properties.book.grid import Grid
from tests.properties.book.ground import num


class Rules(Grid):
    """What rules forbid although hardware and megawatts would allow it."""

    def single_sites(self) -> None:
        book = self.book
        for name, group in self.group.items():
            if not group["single_site"]:
                continue
            reached = sorted({key[1] for key in self.flow if key[0] == name})
            for y in range(len(self.years)):
                sits = {site: book.var(1, whole=True) for site in reached}
                book.at_most([(z, 1) for z in sits.values()], 1)
                for site, z in sits.items():
                    book.at_most([(z, 1), (self.open[site, y], -1)], 0)
                for (w, site, _, at, k), f in self.flow.items():
                    if (w, at) == (name, y):
                        most = self.most[name, y] * self.demand[name, y, k]
                        book.at_most([(f, 1), (sits[site], -most)], 0)

    def policies(self) -> None:
        book, policy = self.book, self.data["policy"]
        for y, year in enumerate(self.years):
            if policy["co2_cap_t_per_year"] is not None:
                book.at_most(self.emitted[y], num(policy["co2_cap_t_per_year"], year))
            if policy["capital_budget_usd_per_year"] is not None:
                budget = num(policy["capital_budget_usd_per_year"], year) / 1e3
                book.at_most(self.outlay[y], budget * self.span[y])
            for cap in self.data["zone_caps"]:
                for k in range(len(self.slots)):
                    if cap["cap_mw"] is not None:
                        capped = self.drawn(cap["zone"], y, k, cap["site_kinds"])
                        book.at_most(capped, num(cap["cap_mw"], year))
            shares = [(policy["min_edge_share"], list(self.group))]
            shares += [
                (group["min_edge_share"], [w for w in self.group if self.group[w]["id"] == name])
                for name, group in self.by["classes"].items()
            ]
            for share, members in shares:
                if share is None:
                    continue
                least = num(share, year)
                terms = [
                    (self.served[w, y, k], least * hours)
                    for w in members
                    for k, (_, _, hours) in enumerate(self.slots)
                ]
                terms += [
                    (f, -self.slots[k][2])
                    for (w, site, _, at, k), f in self.flow.items()
                    if w in members and at == y and self.sites[site]["kind"] in ("device", "edge")
                ]
                book.at_most(terms, 0)

    def outages(self) -> None:
        """Add a second set of flows for each site that may fail, to carry what it served."""
        book = self.book
        survive = {w for w, group in self.group.items() if group["survives_site_outage"]}
        for failed, site in self.sites.items():
            if site["kind"] == "device":
                continue
            for y in range(len(self.years)):
                for k in range(len(self.slots)):
                    lost: dict[str, Terms] = {}
                    takes: dict[str, Terms] = {}
                    room: dict[tuple[str, str], Terms] = {}
                    more: dict[str, Terms] = {}
                    for (w, s, h, at, slot), f in self.flow.items():
                        if w not in survive or (at, slot) != (y, k):
                            continue
                        if s == failed:
                            lost.setdefault(w, []).append((f, 1))
                            continue
                        x = book.var()
                        takes.setdefault(w, []).append((x, -1))
                        room.setdefault((s, h), []).append((x, self.hours[w, h, y]))
                        mw = self.sites[s]["pue"] * self.energy[w, h, y]
                        more.setdefault(s, []).append((x, mw))
                    for w, terms in lost.items():
                        book.at_most([*terms, *takes.get(w, [])], 0)
                    for (s, h), terms in room.items():
                        n = (self.used[s, h, y], -self.usable[s, h])
                        book.at_most([*terms, *self.load[s, h, y, k], n], 0)
                    self.outage_power(failed, y, k, more)

    def outage_power(self, failed: str, y: int, k: int, more: dict[str, Terms]) -> None:
        book = self.book
        for name, zone in self.by["zones"].items():
            here = [s for s in more if self.sites[s]["zone"] == name]
            if here:
                gone = (self.draw[failed, y, k], -1.0)
                left = [gone] if self.sites[failed]["zone"] == name else []
                extra = [term for s in here for term in more[s]]
                book.at_most([*self.drawn(name, y, k), *left, *extra], self.limit(zone, y))
        for s, extra in more.items():
            if self.sites[s]["kind"] == "offgrid":
                able = [(j, -mw) for j, mw in self.capable[s, y, k]]
                book.at_most([*self.taken[s, y, k], *extra, *able], 0)
            elif (s, y) in self.connected:
                there = [(j, -mw) for j, mw in self.connected[s, y]]
                book.at_most([(self.draw[s, y, k], 1), *extra, *there], 0)
