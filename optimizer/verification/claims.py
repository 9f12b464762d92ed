"""A plan's tables as arrays over (what, year, slot)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.problem.horizon import Floats, Horizon, Ints, resolve_time
from optimizer.schema.instance import Instance
from optimizer.verification.columns import check_columns
from optimizer.verification.keys import Axes, Axis, locate
from optimizer.verification.violation import Violation


@dataclass(frozen=True)
class Claims:
    """What a plan says, laid out for recomputation.

    Arrays are over workloads W, pools P, sites S, generators G, storage V, zones Z and capacity
    areas C in the instance's order, years Y and slots K.
    """

    instance: Instance
    plan: Plan
    horizon: Horizon
    axes: Axes
    rows: dict[str, tuple[Ints, ...]]  # what each row of a table is about, along its axes
    reference: Floats  # (W, Y, K) Gtok/h
    served: Floats  # (W, Y, K) Gtok/h
    shed: Floats  # (W, Y, K) Gtok/h
    accepted: Floats  # (W, Y, K) Gtok/h
    deferred: Floats  # (W, Y, K) Gtok at the end of the slot
    pods_built: Floats  # (P, Y)
    pool_units_built: Floats  # (P, Y)
    units: Floats  # (P, Y)
    in_use: Floats  # (P, Y)
    is_open: Floats  # (S, Y)
    power: Floats  # (S, Y, K) MW
    draw: Floats  # (S, Y, K) MW
    own: Floats  # (S, Y, K) MW
    site_charge: Floats  # (S, Y, K) MW
    site_discharge: Floats  # (S, Y, K) MW
    generators_built: Floats  # (G, Y)
    generator_units: Floats  # (G, Y)
    nameplate: Floats  # (G, Y) MW
    generation: Floats  # (G, Y, K) MW
    storage_built: Floats  # (V, Y, K), the same in every slot of a year
    storage_units: Floats  # (V, Y, K), the same in every slot of a year
    charge: Floats  # (V, Y, K) MW
    discharge: Floats  # (V, Y, K) MW
    stored: Floats  # (V, Y, K) MWh at the end of the slot
    zone_draw: Floats  # (Z, Y, K) MW
    zone_limit: Floats  # (Z, Y, K) MW; not a number where there is none
    peak: Floats  # (C, Y) MW
    peak_limit: Floats  # (C, Y) MW; not a number where there is none
    required_ucap: Floats  # (C, Y) MW UCAP
    contract_draw: Floats  # (contracts, Y, K) MW
    contract_limit: Floats  # (contracts, Y, K) MW
    steps_built: Floats  # (connections, Y)
    connection_built: Floats  # (connections, Y) MW
    connection: Floats  # (connections, Y) MW
    policy: Floats  # (policies, Y), in the unit of each
    policy_limit: Floats  # (policies, Y); not a number where there is none
    placement: pd.DataFrame  # with columns w, s, c, p, y, k of positions, and flow
    steps: pd.DataFrame  # of the curves, in order: w, y, step, low, high, value, taken

    @classmethod
    def read(cls, instance: Instance, plan: Plan) -> tuple[Self | None, list[Violation]]:
        """Lay a plan's tables out; where they cannot be, say why."""
        if faults := list(check_columns(plan)):
            return None, faults
        horizon = resolve_time(instance)
        axes = Axes.of(instance, horizon)
        lay = _Layer(plan, axes)
        read = cls(
            instance=instance,
            plan=plan,
            horizon=horizon,
            axes=axes,
            rows=lay.rows,
            reference=lay.out("demand", "reference_gtok_per_h"),
            served=lay.out("demand", "served_gtok_per_h"),
            shed=lay.out("demand", "shed_gtok_per_h"),
            accepted=lay.out("demand", "accepted_gtok_per_h"),
            deferred=lay.out("demand", "deferred_gtok"),
            pods_built=lay.out("capacity", "pods_built"),
            pool_units_built=lay.out("capacity", "units_built"),
            units=lay.out("capacity", "units"),
            in_use=lay.out("capacity", "units_in_use"),
            is_open=lay.out("sites", "open"),
            power=lay.out("power", "power_mw"),
            draw=lay.out("power", "draw_mw"),
            own=lay.out("power", "generation_mw"),
            site_charge=lay.out("power", "charge_mw"),
            site_discharge=lay.out("power", "discharge_mw"),
            generators_built=lay.out("generators", "units_built"),
            generator_units=lay.out("generators", "units"),
            nameplate=lay.out("generators", "nameplate_mw"),
            generation=lay.out("generation", "generation_mw"),
            storage_built=lay.out("storage", "units_built"),
            storage_units=lay.out("storage", "units"),
            charge=lay.out("storage", "charge_mw"),
            discharge=lay.out("storage", "discharge_mw"),
            stored=lay.out("storage", "stored_mwh"),
            zone_draw=lay.out("zones", "draw_mw"),
            zone_limit=lay.out("zones", "limit_mw"),
            peak=lay.out("areas", "peak_mw"),
            peak_limit=lay.out("areas", "peak_limit_mw"),
            required_ucap=lay.out("areas", "required_ucap_mw"),
            contract_draw=lay.out("contracts", "draw_mw"),
            contract_limit=lay.out("contracts", "limit_mw"),
            steps_built=lay.out("connections", "steps_built"),
            connection_built=lay.out("connections", "built_mw"),
            connection=lay.out("connections", "connection_mw"),
            policy=lay.out("policy", "value"),
            policy_limit=lay.out("policy", "limit"),
            placement=_placement(instance, plan, axes, lay),
            steps=_steps(plan, axes, lay),
        )
        return (None, lay.faults) if lay.faults else (read, [])

    def carried(self, amount: Floats, position: str, count: int) -> Floats:
        """Sum an amount of every placement by what it lies on, shape (count, Y, K)."""
        rows = self.placement
        total = np.zeros((count, len(self.horizon.years), self.horizon.slots))
        np.add.at(total, (rows[position], rows["y"], rows["k"]), amount)
        return total


class _Layer:
    """Lays tables out along their axes, and gathers why one cannot be."""

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
        """Find what the rows of a table are about."""
        self.rows[name], faults = locate(name, self.tables[name], along, sparse=sparse)
        self.faults += faults
        return self.rows[name]

    def out(self, name: str, column: str) -> Floats:
        """Values of a column along the axes of its table; meaningless where there are faults."""
        out = np.zeros([len(axis) for axis in self.axes[name]])
        if len(self.tables[name]) and out.size:
            out[self.rows[name]] = self.tables[name][column].to_numpy(dtype=float, na_value=np.nan)
        return out


def _placement(instance: Instance, plan: Plan, axes: Axes, lay: _Layer) -> pd.DataFrame:
    """The placement with positions in place of names; p is the pool of site and hardware."""
    table = plan.tables["placement"]
    along = (axes.workload, axes.site, axes.serving, axes.year, axes.slot)
    w, s, c, y, k = lay.locate("placement", along, sparse=True)
    named = pd.DataFrame(
        {
            "site": table["site"].to_numpy(),
            "hardware": np.array([one.hardware for one in instance.serving], dtype=object)[c],
        }
    )
    p = axes.pool.find(named)
    if (s >= 0).all() and (c >= 0).all() and (p < 0).any():
        first = int(np.argmax(p < 0))
        where = f"placement: {'/'.join(named.iloc[first])}"
        lay.faults.append(Violation("tables", where, float((p < 0).sum()), 0.0, "is no pool"))
    flow = table["flow_gtok_per_h"].to_numpy(dtype=float)
    return pd.DataFrame({"w": w, "s": s, "c": c, "p": p, "y": y, "k": k, "flow": flow})


def _steps(plan: Plan, axes: Axes, lay: _Layer) -> pd.DataFrame:
    """Steps of the demand curves, of each workload and year in order."""
    table = plan.tables["acceptance"]
    numbers = tuple(dict.fromkeys(table["step"].tolist()))
    step = Axis.of(("step",), [(number,) for number in numbers])
    w, y, _ = lay.locate("acceptance", (axes.workload, axes.year, step), sparse=True)
    shape = len(axes.workload), len(axes.year)
    if (w >= 0).all() and (y >= 0).all():
        none = np.bincount(w * shape[1] + y, minlength=shape[0] * shape[1]) == 0
        if none.any():
            at, year = divmod(int(np.argmax(none)), shape[1])
            name = f"{'/'.join(axes.workload.keys[at])}, year {axes.year.keys[year][0]}"
            lay.faults.append(Violation("tables", f"acceptance: {name}", 0, 1, "has no row"))
    columns = {
        "step": "step",
        "from_multiple": "low",
        "to_multiple": "high",
        "value_usd_per_mtok": "value",
        "accepted_multiple": "taken",
    }
    steps = table[list(columns)].rename(columns=columns).astype(float)
    return steps.assign(w=w, y=y).sort_values(["w", "y", "step"], ignore_index=True)
