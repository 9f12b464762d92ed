"""Family 8, storage: state of charge, power and energy limits, and standby off the grid.

State of charge is cyclic within a representative day: a day puts back what it takes out.  At
off-grid sites a second state, `standby_stored`, follows the day on which as many generators are
out as the site must withstand.  What storage can then supply (`standby`, family 7) is only what
its accredited share can hold and what the rest of the site can recharge on the same day.
"""

import numpy as np

from optimizer.formulation.fleet import OPERATION, Installed, add_builds
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Axis
from optimizer.solvers.writer import Writer

STORAGE = "storage"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Track the state, limit it and the power to installed units, and price both."""
    storage, length_h, axes = case.storage, case.horizon.length_h, layout.charge.axes
    charge, discharge, stored = layout.charge.index, layout.discharge.index, layout.stored.index
    units = Installed.of(case, layout, storage, layout.axes.storage, layout.storage_built)
    every_slot = np.ones((1, case.horizon.slots))

    state = writer.add_rows("storage_state", axes, 0.0, 0.0).index
    writer.add_entries(state, stored, 1.0)
    writer.add_entries(state, stored[:, :, case.horizon.previous], -1.0)
    gained = storage.charge_efficiency[:, None] * length_h
    lost = length_h / storage.discharge_efficiency[:, None]
    writer.add_entries(state, charge, -gained[:, None, :])
    writer.add_entries(state, discharge, lost[:, None, :])

    power = writer.add_rows("storage_power", axes, -np.inf, 0.0).index
    writer.add_entries(power, charge, 1.0)
    writer.add_entries(power, discharge, 1.0)
    units.add_to(writer, power, -storage.unit_mw[:, None] * every_slot)
    energy = writer.add_rows("storage_energy", axes, -np.inf, 0.0).index
    writer.add_entries(energy, stored, 1.0)
    units.add_to(writer, energy, -storage.unit_mwh[:, None] * every_slot)

    _add_one_way(case, layout, writer)
    _add_standby(case, layout, writer, units)
    add_builds(layout, writer, units, "storage", STORAGE)
    wear = storage.variable_cost[:, None, None] * case.horizon.discounted_hours
    writer.add_objective(OPERATION, discharge, -wear)


def _add_one_way(case: Case, layout: Layout, writer: Writer) -> None:
    """Forbid charging while discharging in slots in which a site is paid to take energy.

    In all other slots doing both only wastes energy and wears storage, so no optimum does it.
    """
    storage, axes = case.storage, layout.axes
    v, y, k = np.nonzero(storage.burning_pays)
    year, slot = axes.by_slot
    most = storage.unit_mw * (storage.existing + storage.max_units)
    rows = writer.add_rows(
        "one_way",
        (Axis.of(way=["charge", "discharge"]), axes.storage[v] + year[y] + slot[k]),
        -np.inf,
        np.stack([0.0 * most[v], most[v]]),
    )
    for row, columns, sign in (
        (rows.index[0], layout.charge.index, -1.0),
        (rows.index[1], layout.discharge.index, 1.0),
    ):
        writer.add_entries(row, columns[v, y, k], 1.0)
        writer.add_entries(row, layout.charging.index[v, y, k], sign * most[v])


def _add_standby(case: Case, layout: Layout, writer: Writer, units: Installed) -> None:
    """Limit what accredited storage supplies, or absorbs if below 0, with generators out all day.

    The state may fall faster than it must, never slower: by ``H r / eta_d`` while supplying and
    by ``H eta_c r`` while absorbing; whichever leaves the lower state always applies.
    """
    storage, island = case.storage, case.storage.island
    axes, standby, stored = layout.standby.axes, layout.standby.index, layout.standby_stored.index
    accredited = storage.derate[island, None] * np.ones((1, case.horizon.slots))

    for name, rate in (
        ("standby_given", 1.0 / storage.discharge_efficiency[island]),
        ("standby_taken", storage.charge_efficiency[island]),
    ):
        rows = writer.add_rows(name, axes, -np.inf, 0.0).index
        writer.add_entries(rows, stored, 1.0)
        writer.add_entries(rows, stored[:, :, case.horizon.previous], -1.0)
        moved = rate[:, None] * case.horizon.length_h
        writer.add_entries(rows, standby, moved[:, None, :])
    for name, columns, sign, unit in (
        ("standby_discharge", standby, 1.0, storage.unit_mw),
        ("standby_charge", standby, -1.0, storage.unit_mw),
        ("standby_energy", stored, 1.0, storage.unit_mwh),
    ):
        rows = writer.add_rows(name, axes, -np.inf, 0.0).index
        writer.add_entries(rows, columns, sign)
        units.only(island).add_to(writer, rows, -unit[island, None] * accredited)
