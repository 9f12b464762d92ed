"""A plan's tables as arrays over (entity, year, slot), with the records of the instance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Self, get_origin, get_type_hints

import numpy as np
import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.problem.horizon import Floats, Horizon, Ints, resolve_time
from optimizer.schema.base import at_year
from optimizer.schema.catalog import Generator, Hardware, Storage
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance
from optimizer.schema.sites import Pool, SiteGenerator, SiteStorage
from optimizer.verification.columns import check_columns
from optimizer.verification.keys import Axes, Axis, locate
from optimizer.verification.violation import Violation


@dataclass(frozen=True)
class Claims:
    """The claims of a plan, laid out for recomputation.

    Arrays are over workloads W, pools P, sites S, generators G, storage V, zones Z, capacity areas
    C, contracts N, connections I and policies Q in the instance's order, years Y and slots K.
    Limits are NaN where there is none.  The annotations name the table and column of each array.
    """

    instance: Instance
    plan: Plan
    horizon: Horizon
    axes: Axes
    rows: dict[str, tuple[Ints, ...]]  # positions along its axes of each row of a table
    placement: pd.DataFrame  # with columns w, s, c, p, y, k of positions, and flow
    steps: pd.DataFrame  # of the curves, in order: w, y, step, low, high, value, taken
    reference: Annotated[Floats, "demand", "reference_gtok_per_h"]  # (W, Y, K) Gtok/h
    served: Annotated[Floats, "demand", "served_gtok_per_h"]  # (W, Y, K) Gtok/h
    shed: Annotated[Floats, "demand", "shed_gtok_per_h"]  # (W, Y, K) Gtok/h
    accepted: Annotated[Floats, "demand", "accepted_gtok_per_h"]  # (W, Y, K) Gtok/h
    deferred: Annotated[Floats, "demand", "deferred_gtok"]  # (W, Y, K) Gtok at the end of the slot
    pods_built: Annotated[Floats, "capacity", "pods_built"]  # (P, Y)
    pool_units_built: Annotated[Floats, "capacity", "units_built"]  # (P, Y)
    units: Annotated[Floats, "capacity", "units"]  # (P, Y)
    in_use: Annotated[Floats, "capacity", "units_in_use"]  # (P, Y)
    is_open: Annotated[Floats, "sites", "open"]  # (S, Y)
    power: Annotated[Floats, "power", "power_mw"]  # (S, Y, K) MW
    draw: Annotated[Floats, "power", "draw_mw"]  # (S, Y, K) MW
    site_generation: Annotated[Floats, "power", "generation_mw"]  # (S, Y, K) MW
    site_charge: Annotated[Floats, "power", "charge_mw"]  # (S, Y, K) MW
    site_discharge: Annotated[Floats, "power", "discharge_mw"]  # (S, Y, K) MW
    generators_built: Annotated[Floats, "generators", "units_built"]  # (G, Y)
    generator_units: Annotated[Floats, "generators", "units"]  # (G, Y)
    nameplate: Annotated[Floats, "generators", "nameplate_mw"]  # (G, Y) MW
    generation: Annotated[Floats, "generation", "generation_mw"]  # (G, Y, K) MW
    storage_built: Annotated[Floats, "storage", "units_built"]  # (V, Y, K), equal in all slots
    storage_units: Annotated[Floats, "storage", "units"]  # (V, Y, K), equal in all slots
    charge: Annotated[Floats, "storage", "charge_mw"]  # (V, Y, K) MW
    discharge: Annotated[Floats, "storage", "discharge_mw"]  # (V, Y, K) MW
    stored: Annotated[Floats, "storage", "stored_mwh"]  # (V, Y, K) MWh at the end of the slot
    zone_draw: Annotated[Floats, "zones", "draw_mw"]  # (Z, Y, K) MW
    zone_limit: Annotated[Floats, "zones", "limit_mw"]  # (Z, Y, K) MW
    peak: Annotated[Floats, "areas", "peak_mw"]  # (C, Y) MW
    peak_limit: Annotated[Floats, "areas", "peak_limit_mw"]  # (C, Y) MW
    required_ucap: Annotated[Floats, "areas", "required_ucap_mw"]  # (C, Y) MW UCAP
    contract_draw: Annotated[Floats, "contracts", "draw_mw"]  # (N, Y, K) MW
    contract_limit: Annotated[Floats, "contracts", "limit_mw"]  # (N, Y, K) MW
    steps_built: Annotated[Floats, "connections", "steps_built"]  # (I, Y)
    connection_built: Annotated[Floats, "connections", "built_mw"]  # (I, Y) MW
    connection: Annotated[Floats, "connections", "connection_mw"]  # (I, Y) MW
    policy: Annotated[Floats, "policy", "value"]  # (Q, Y), in the unit of each
    policy_limit: Annotated[Floats, "policy", "limit"]  # (Q, Y)

    @classmethod
    def read(cls, instance: Instance, plan: Plan) -> tuple[Self | None, list[Violation]]:
        """Lay out the tables of a plan, or return why they cannot be."""
        if faults := list(check_columns(plan)):
            return None, faults
        horizon = resolve_time(instance)
        axes = Axes.of(instance, horizon)
        layer = _Layer(plan, axes)
        claims = cls(
            instance=instance,
            plan=plan,
            horizon=horizon,
            axes=axes,
            rows=layer.rows,
            placement=_placement(instance, plan, axes, layer),
            steps=_steps(plan, axes, layer),
            **{
                name: layer.lay_out(*hint.__metadata__)
                for name, hint in get_type_hints(cls, include_extras=True).items()
                if get_origin(hint) is Annotated
            },
        )
        return (None, layer.faults) if layer.faults else (claims, [])

    @cached_property
    def workload_ids(self) -> list[str]:
        """Id of each workload."""
        return [workload.id for workload in self.instance.workloads]

    @cached_property
    def site_ids(self) -> list[str]:
        """Id of each site."""
        return [site.id for site in self.instance.sites]

    @cached_property
    def classes(self) -> list[WorkloadClass]:
        """Class of each workload."""
        by_id = {group.id: group for group in self.instance.classes}
        return [by_id[workload.workload_class] for workload in self.instance.workloads]

    @cached_property
    def hardware(self) -> list[Hardware]:
        """Hardware of each pool."""
        by_id = {hardware.id: hardware for hardware in self.instance.hardware}
        return [by_id[pool.hardware] for pool in self.instance.pools]

    @cached_property
    def generators(self) -> list[Generator]:
        """Type of the generators of each row of a site."""
        by_id = {generator.id: generator for generator in self.instance.generators}
        return [by_id[row.generator] for row in self.instance.site_generators]

    @cached_property
    def storage(self) -> list[Storage]:
        """Type of the storage of each row of a site."""
        by_id = {storage.id: storage for storage in self.instance.storage}
        return [by_id[row.storage] for row in self.instance.site_storage]

    def sites_of(self, rows: Iterable[Pool | SiteGenerator | SiteStorage]) -> Ints:
        """Return the position of the site of each row."""
        position = {site: s for s, site in enumerate(self.site_ids)}
        return np.array([position[row.site] for row in rows], dtype=np.int64)

    def by_year(self, paths: Iterable[Mapping[int, float] | None]) -> Floats:
        """Return the values of yearly paths, shape (paths, Y); infinite where there is none."""
        years = self.horizon.years
        values = [
            [np.inf if path is None else at_year(path, year) for year in years] for path in paths
        ]
        return np.array(values, dtype=float).reshape(-1, len(years))

    def carried(self, amount: Floats, position: str, count: int) -> Floats:
        """Sum an amount of each placement by one of its positions, shape (count, Y, K)."""
        rows = self.placement
        total = np.zeros((count, len(self.horizon.years), self.horizon.slots))
        np.add.at(total, (rows[position], rows["y"], rows["k"]), amount)
        return total


class _Layer:
    """Lays tables out along their axes, and collects why one cannot be."""

    def __init__(self, plan: Plan, axes: Axes) -> None:
        self.tables = plan.tables
        year, slot = axes.year, axes.slot
        self.axes: dict[str, Sequence[Axis]] = {
            "demand": (axes.workload, year, slot),
            "capacity": (axes.pool, year),
            "sites": (axes.site, year),
            "generators": (axes.generator, year),
            "generation": (axes.generator, year, slot),
            "storage": (axes.storage, year, slot),
            "power": (axes.site, year, slot),
            "zones": (axes.zone, year, slot),
            "areas": (axes.area, year),
            "contracts": (axes.contract, year, slot),
            "connections": (axes.connection, year),
            "policy": (axes.policy, year),
        }
        self.faults: list[Violation] = []
        self.rows: dict[str, tuple[Ints, ...]] = {}
        for name, along in self.axes.items():
            self.locate(name, along)

    def locate(self, name: str, along: Sequence[Axis], *, sparse: bool = False) -> tuple[Ints, ...]:
        """Return the positions of the rows of a table along axes."""
        self.rows[name], faults = locate(name, self.tables[name], along, sparse=sparse)
        self.faults += faults
        return self.rows[name]

    def lay_out(self, name: str, column: str) -> Floats:
        """Return a column along the axes of its table; meaningless if there are faults."""
        values = np.zeros([len(axis) for axis in self.axes[name]])
        if len(self.tables[name]) and values.size:
            cells = self.tables[name][column].to_numpy(dtype=float, na_value=np.nan)
            values[self.rows[name]] = cells
        return values


def _placement(instance: Instance, plan: Plan, axes: Axes, layer: _Layer) -> pd.DataFrame:
    """Return the placement with positions for names; p is the pool of site and hardware."""
    table = plan.tables["placement"]
    along = (axes.workload, axes.site, axes.serving, axes.year, axes.slot)
    w, s, c, y, k = layer.locate("placement", along, sparse=True)
    hardware = np.array([serving.hardware for serving in instance.serving], dtype=object)[c]
    named = pd.DataFrame({"site": table["site"].to_numpy(), "hardware": hardware})
    p = axes.pool.find(named)
    if (s >= 0).all() and (c >= 0).all() and (p < 0).any():
        where = f"placement: {'/'.join(named.iloc[int(np.argmax(p < 0))])}"
        layer.faults.append(
            Violation("tables", where, float((p < 0).sum()), 0.0, "is not a pool of the instance")
        )
    flow = table["flow_gtok_per_h"].to_numpy(dtype=float)
    return pd.DataFrame({"w": w, "s": s, "c": c, "p": p, "y": y, "k": k, "flow": flow})


def _steps(plan: Plan, axes: Axes, layer: _Layer) -> pd.DataFrame:
    """Return the steps of the demand curves, by workload and year in order."""
    table = plan.tables["acceptance"]
    step = Axis(("step",), tuple((number,) for number in dict.fromkeys(table["step"].tolist())))
    w, y, _ = layer.locate("acceptance", (axes.workload, axes.year, step), sparse=True)
    shape = len(axes.workload), len(axes.year)
    if (w >= 0).all() and (y >= 0).all():
        missing = np.bincount(w * shape[1] + y, minlength=shape[0] * shape[1]) == 0
        if missing.any():
            workload, year = divmod(int(np.argmax(missing)), shape[1])
            name = f"{'/'.join(axes.workload.keys[workload])}, year {axes.year.keys[year][0]}"
            layer.faults.append(Violation("tables", f"acceptance: {name}", 0, 1, "has no row"))
    columns = {
        "step": "step",
        "from_multiple": "low",
        "to_multiple": "high",
        "value_usd_per_mtok": "value",
        "accepted_multiple": "taken",
    }
    steps = table[list(columns)].rename(columns=columns).astype(float)
    return steps.assign(w=w, y=y).sort_values(["w", "y", "step"], ignore_index=True)
