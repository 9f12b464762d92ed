"""Family 8, storage: state of charge, power and energy limits, and standing by off the grid.

State is cyclic within a representative day: what a day takes out it puts back.  At sites off the
grid a second state, `standby_stored`, follows the day on which as many generators are out as the
site must bear: what storage may then give (`standby`, family 7) is only what its accredited share
can hold and what the rest of the site can put back the same day.
"""

import numpy as np

from optimizer.formulation.discounting import slot_weight
from optimizer.formulation.fleet import OPERATION, UnitsThere, add_builds, units_there
from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer

STORAGE = "storage"


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """Follow the state, hold it and the power within units there, and price both."""
    storage, length_h = case.storage, case.horizon.length_h
    shape = layout.charge.shape
    charge, discharge, stored = layout.charge.index, layout.discharge.index, layout.stored.index
    there = units_there(case, storage, layout.is_open, layout.storage_built)
    ones = np.ones((1, shape[2]))

    state = writer.add_rows("storage_state", shape, 0.0, 0.0).index
    writer.add_entries(state, stored, 1.0)
    writer.add_entries(state, stored[:, :, case.horizon.previous], -1.0)
    taken = storage.charge_efficiency[:, None] * length_h
    given = length_h / storage.discharge_efficiency[:, None]
    writer.add_entries(state, charge, -taken[:, None, :])
    writer.add_entries(state, discharge, given[:, None, :])

    power = writer.add_rows("storage_power", shape, -np.inf, 0.0).index
    writer.add_entries(power, charge, 1.0)
    writer.add_entries(power, discharge, 1.0)
    there.add_to(writer, power, -storage.unit_mw[:, None] * ones)
    energy = writer.add_rows("storage_energy", shape, -np.inf, 0.0).index
    writer.add_entries(energy, stored, 1.0)
    there.add_to(writer, energy, -storage.unit_mwh[:, None] * ones)

    _add_one_way(case, layout, writer)
    _add_standby(case, layout, writer, there)
    add_builds(case, writer, there, "storage", STORAGE)
    wear = storage.variable_cost[:, None, None] * slot_weight(case)[None]
    writer.add_objective(OPERATION, discharge, -wear)


def _add_one_way(case: Case, layout: Layout, writer: Writer) -> None:
    """Charge or discharge, not both, where a site is paid to take energy.

    Elsewhere both at once only lose energy and wear storage, so no optimum has them.
    """
    storage = case.storage
    v, y, k = np.nonzero(storage.burning_pays)
    most = storage.unit_mw * (storage.existing + storage.max_units)
    rows = writer.add_rows("one_way", (2, len(v)), -np.inf, np.stack([0.0 * most[v], most[v]]))
    for row, columns, sign in (
        (rows.index[0], layout.charge.index, -1.0),
        (rows.index[1], layout.discharge.index, 1.0),
    ):
        writer.add_entries(row, columns[v, y, k], 1.0)
        writer.add_entries(row, layout.charging.index[v, y, k], sign * most[v])


def _add_standby(case: Case, layout: Layout, writer: Writer, there: UnitsThere) -> None:
    """What accredited storage gives, or takes where below 0, with generators out all day.

    The state may fall faster than it must, never slower: ``-H r / eta_d`` while it gives and
    ``-H eta_c r`` while it takes, of which the lower one always holds.
    """
    storage, length_h = case.storage, case.horizon.length_h
    island = storage.island
    shape = layout.standby.shape
    here, ones = there.only(island), np.ones((1, shape[2]))
    accredited = storage.derate[island, None] * ones

    for name, rate in (
        ("standby_given", 1.0 / storage.discharge_efficiency[island]),
        ("standby_taken", storage.charge_efficiency[island]),
    ):
        state = writer.add_rows(name, shape, -np.inf, 0.0).index
        writer.add_entries(state, layout.standby_stored.index, 1.0)
        writer.add_entries(state, layout.standby_stored.index[:, :, case.horizon.previous], -1.0)
        moved = rate[:, None] * length_h
        writer.add_entries(state, layout.standby.index, moved[:, None, :])
    for name, columns, sign, unit in (
        ("standby_discharge", layout.standby.index, 1.0, storage.unit_mw),
        ("standby_charge", layout.standby.index, -1.0, storage.unit_mw),
        ("standby_energy", layout.standby_stored.index, 1.0, storage.unit_mwh),
    ):
        rows = writer.add_rows(name, shape, -np.inf, 0.0).index
        writer.add_entries(rows, columns, sign)
        here.add_to(writer, rows, -unit[island, None] * accredited)
