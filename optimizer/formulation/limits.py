"""Limits of an instance that have a price, as moves of the program's bounds.

A limit enters the program as a bound of rows or columns, or as the coefficient of an opening.
Prices hold openings, so one more unit of such a limit moves the bound of the row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from optimizer.formulation.failover import CONNECTION, GRID
from optimizer.problem.arrays import positions
from optimizer.problem.parameters.case import Case
from optimizer.problem.parameters.grid import covered_peak_mw, zone_headroom_mw
from optimizer.problem.parameters.policy import WHOLE_INSTANCE
from optimizer.schema.sites import SiteGenerator, SiteStorage
from optimizer.solvers.milp import Axis, Bools, Floats, Indices, Program
from optimizer.solvers.one_sided import Move
from optimizer.units import (
    DAYS_PER_YEAR,
    HOURS_PER_YEAR,
    KUSD_PER_MUSD,
    MTOK_PER_GTOK,
    T_PER_KT,
    USD_PER_KUSD,
)

ZONE_MW_YEAR = "zone_usd_per_mw_year"
ZONE_MWH = "zone_usd_per_mwh"
AREA_UCAP_DAY = "ucap_usd_per_mw_day"
WORKLOAD_MTOK = "workload_usd_per_mtok"
CONTRACT_MW_YEAR = "contract_usd_per_mw_year"
CAP_MW_YEAR = "cap_usd_per_mw_year"
CO2_T = "co2_usd_per_t"
BUDGET = "budget_usd_per_usd"
EDGE_MTOK = "edge_share_usd_per_mtok"
SPACE_MW_YEAR = "space_usd_per_mw_year"
CONNECTION_MW_YEAR = "connection_usd_per_mw_year"
PODS, PODS_IN_YEAR = "pods_usd_per_pod", "pods_in_year_usd_per_pod"
UNITS, UNITS_IN_YEAR = "generators_usd_per_unit", "generators_in_year_usd_per_unit"
STORAGE, STORAGE_IN_YEAR = "storage_usd_per_unit", "storage_in_year_usd_per_unit"


@dataclass(frozen=True)
class Limit:
    """A limit, or the demand of a workload.

    Attributes
    ----------
    measures : mapping of str to float
        In what its price is stated, and how many of these units a move adds in a year.
    where : str
        What it limits.
    moves : tuple of Move
        One more unit in each year; a limit on the whole horizon has a single move.
    weight : ndarray, shape (len(moves),)
        Present value of a dollar of each move's price.
    absent : ndarray of bool, shape (len(moves),)
        Where there is nothing that has a price.
    """

    measures: Mapping[str, float]
    where: str
    moves: tuple[Move, ...]
    weight: Floats
    absent: Bools


def limits(case: Case, program: Program, point: Floats) -> list[Limit]:
    """Return everything that has a price, with openings as at a point."""
    found = _Limits(case, program, point)
    return [*found.grid(), *found.workloads(), *found.policies(), *found.sites(), *found.builds()]


class _Limits:
    def __init__(self, case: Case, program: Program, point: Floats) -> None:
        self._case, self._program = case, program
        horizon, rate = case.horizon, case.instance.money.discount_rate
        years = np.array(horizon.years)
        self._yearly = horizon.discount
        self._once = (1 + rate) ** -(years - years[0]).astype(float)
        self._opened = np.round(program.columns["is_open"].of(point))

    def grid(self) -> Iterator[Limit]:
        """Zones, capacity areas and contracts."""
        case, instance = self._case, self._case.instance
        rows, outages = self._rows("grid_limit"), self._members(GRID, "zone")
        for z, zone in enumerate(instance.zones):
            # Where other load exceeds the limit, one more MW leaves none for the program.
            moves = (zone_headroom_mw(instance, case.horizon, zone) >= 0).astype(float)
            both = [rows[z], *self._rows(GRID)[outages == zone.id]]
            per = {ZONE_MW_YEAR: 1.0, ZONE_MWH: float(HOURS_PER_YEAR)}
            yield self._by_year(per, zone.id, both, [moves] * len(both))
        covered = covered_peak_mw(instance, case.horizon)
        for c, area in enumerate(instance.capacity_areas):
            row = self._rows("accredited_peak")[c][:, None]
            moves = (covered[c] >= 0)[:, None].astype(float)
            yield self._by_year({AREA_UCAP_DAY: float(DAYS_PER_YEAR)}, area.id, [row], [moves])
        for contract, row in zip(instance.contracts, self._rows("contract_limit"), strict=True):
            yield self._by_year({CONTRACT_MW_YEAR: 1.0}, contract.id, [row])

    def workloads(self) -> Iterator[Limit]:
        """Demand: one Gtok less of each workload, spread as its demand is.

        From every row that acceptance enters: an edge share takes its part in between, and
        flexible work costs less than urgent work.
        """
        matrix, gtok = self._program.matrix, self._case.discounted_gtok / self._yearly
        first_step = self._program.columns["accepted"].index[:, :, 0]
        for w, workload in enumerate(self._case.instance.workloads):
            moves = []
            for column, amount in zip(first_step[w], gtok[w], strict=True):
                entries = slice(matrix.indptr[column], matrix.indptr[column + 1])
                rows, by = matrix.indices[entries].astype(np.int64), matrix.data[entries]
                moves.append(Move(rows, by / amount) if amount > 0 else Move())
            per = {WORKLOAD_MTOK: MTOK_PER_GTOK}
            yield Limit(per, workload.id, tuple(moves), self._yearly, gtok[w] <= 0)

    def policies(self) -> Iterator[Limit]:
        """Zone caps, the CO2 cap, the capital budget and edge shares."""
        for cap, row in zip(self._case.instance.zone_caps, self._rows("zone_cap"), strict=True):
            yield self._by_year({CAP_MW_YEAR: 1.0}, cap.id, [row])
        for row in self._rows("co2_cap"):
            yield self._by_year({CO2_T: T_PER_KT}, WHOLE_INSTANCE, [row[:, None]])
        for row in self._rows("capital_budget"):
            per = {BUDGET: KUSD_PER_MUSD * USD_PER_KUSD}
            yield self._by_year(per, WHOLE_INSTANCE, [row[:, None]], weight=self._once)
        shares = zip(self._case.policy.share_of, self._rows("edge_share"), strict=True)
        for scope, row in shares:
            per = {EDGE_MTOK: HOURS_PER_YEAR * MTOK_PER_GTOK}
            yield self._by_year(per, scope, [row[:, None]])

    def sites(self) -> Iterator[Limit]:
        """Space for hardware, and grid connections that exist; nothing while a site is closed."""
        opened = dict(
            zip((s.id for s in self._case.instance.sites), self._opened[:, :, None], strict=True)
        )
        space = zip(self._members("space", "site"), self._rows("space"), strict=True)
        for site, row in space:
            yield self._by_year({SPACE_MW_YEAR: 1.0}, site, [row[:, None]], [opened[site]])
        outages, in_outages = self._members(CONNECTION, "site"), self._rows(CONNECTION)
        connected = self._members("interconnection", "site")
        for site, row in zip(connected, self._rows("interconnection"), strict=True):
            both = [row, *in_outages[outages == site]]
            yield self._by_year({CONNECTION_MW_YEAR: 1.0}, site, both, [opened[site]] * len(both))

    def builds(self) -> Iterator[Limit]:
        """Builds of pods, generators and storage: in total, and by year where a year has a limit.

        Before the lead time has passed nothing can be built, whatever the limit.
        """
        instance, case = self._case.instance, self._case
        pods = [_Builds(p.id, p.site, p.max_pods, p.max_pods_per_year) for p in instance.pools]
        yield from self._fleet(
            pods, case.pool.build_limit, ("built", "pod_limit", "build_if_open"), PODS, PODS_IN_YEAR
        )
        yield from self._fleet(
            _units(instance.site_generators),
            case.generator.build_limit,
            ("units_built", "unit_limit", "unit_if_open"),
            UNITS,
            UNITS_IN_YEAR,
        )
        yield from self._fleet(
            _units(instance.site_storage),
            case.storage.build_limit,
            ("storage_built", "storage_limit", "storage_if_open"),
            STORAGE,
            STORAGE_IN_YEAR,
        )

    def _fleet(
        self,
        members: Sequence["_Builds"],
        build_limit: Floats,
        names: tuple[str, str, str],
        in_total: str,
        in_year: str,
    ) -> Iterator[Limit]:
        """Limits on the builds of a fleet, of those that may build at all.

        Parameters
        ----------
        members : sequence of _Builds
        build_limit : ndarray, shape (len(members), Y)
            Most that may be commissioned in a period.
        names : (str, str, str)
            Blocks of the builds, of the rows that limit them in total, and at candidate sites.
        in_total, in_year : str
            Measures of the two limits.
        """
        built, total, if_open = names
        columns, totals = self._program.columns[built].index, self._rows(total)
        gates = dict(zip(self._members(if_open), self._rows(if_open), strict=True))
        site_at = positions(self._case.instance.sites)
        for n, fleet in enumerate(members):
            if fleet.most == 0:
                continue
            possible = build_limit[n] > 0
            of_year = possible & (fleet.most_a_year * self._case.horizon.span_years <= fleet.most)
            of_total = (possible & ~of_year).astype(float)
            gate = gates.get(fleet.id, np.zeros(0, dtype=np.int64))
            opened = self._opened[site_at[fleet.site]][: len(gate)]
            rows = np.append(gate, totals[n])
            more = Move(rows, np.append(opened * of_total[: len(gate)], 1.0), columns[n], of_total)
            yield _priced({in_total: 1.0}, fleet.id, (more,), np.ones(1))
            if np.isfinite(fleet.most_a_year):
                moves = [
                    Move(gate[y : y + 1], opened[y : y + 1] * by, columns[n, y : y + 1], by[None])
                    for y, by in enumerate(of_year.astype(float))
                ]
                yield _priced({in_year: 1.0}, fleet.id, tuple(moves), self._once)

    def _by_year(
        self,
        per: Mapping[str, float],
        where: str,
        rows: Sequence[Indices],
        by: Sequence[Floats] | None = None,
        weight: Floats | None = None,
    ) -> Limit:
        """Return a limit that moves rows (Y, K) of each year by amounts of that shape, or by 1."""
        amounts = [np.ones(1)] * len(rows) if by is None else by
        spread = [np.broadcast_to(b, r.shape) for r, b in zip(rows, amounts, strict=True)]
        row, amount = np.concatenate(rows, axis=1), np.concatenate(spread, axis=1)
        moves = tuple(Move(r, b) for r, b in zip(row, amount, strict=True))
        return _priced(per, where, moves, self._yearly if weight is None else weight)

    def _rows(self, name: str) -> Indices:
        return self._program.rows[name].index

    def _members(self, name: str, *dimensions: str) -> npt.NDArray[np.object_]:
        """Ids along the first axis of a block of rows, of some of its dimensions or of all."""
        axis = self._program.rows[name].axes[0]
        assert isinstance(axis, Axis)
        chosen = [axis.dimensions.index(d) for d in dimensions or axis.dimensions]
        return np.array(["/".join(map(str, ids[chosen])) for ids in axis.ids], dtype=object)


class _Builds(NamedTuple):
    """Most that may be built of a row of a fleet."""

    id: str
    site: str
    most: float
    yearly: float | None

    @property
    def most_a_year(self) -> float:
        """Most in a year; infinite if only the total is limited."""
        return np.inf if self.yearly is None else self.yearly


def _priced(per: Mapping[str, float], where: str, moves: tuple[Move, ...], weight: Floats) -> Limit:
    """Return a limit that has a price along each move."""
    return Limit(per, where, moves, weight, np.zeros(len(moves), dtype=bool))


def _units(rows: Sequence[SiteGenerator] | Sequence[SiteStorage]) -> list[_Builds]:
    return [_Builds(row.id, row.site, row.max_units, row.max_units_per_year) for row in rows]
