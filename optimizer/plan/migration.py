"""Plans of format 1: tables and columns that came later are filled in where they hold nothing.

Format 1 was written while plans grew, so a plan of it may lack what is told of storage, of work
that waits, and of policies, contracts and grid connections.  An instance without storage has an
empty table of it, and one whose work never waits has no backlog: such a plan is read as if it
were of format 2.  What a policy counts is never empty, so a plan without it cannot be.
"""

from collections.abc import Collection, MutableMapping

import pandas as pd

from optimizer.schema.instance import Instance

GROWN = ("storage", "contracts", "connections", "policy")
"""Tables that plans of format 1 may lack."""

_STORAGE = (
    *("year", "day", "start_h", "length_h", "days_per_year", "site", "storage"),
    *("units_built", "units", "charge_mw", "discharge_mw", "stored_mwh"),
)


def from_format_1(
    tables: MutableMapping[str, pd.DataFrame], instance: Instance, missing: Collection[str]
) -> list[str]:
    """Fill in what a plan of format 1 lacks.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables that are there; changed in place.
    instance : Instance
    missing : collection of str
        Those of `GROWN` that are not there.

    Returns
    -------
    list of str
        Why the plan cannot be read; empty where it can.
    """
    if tables["sites"].empty:  # no plan was found: every table is empty
        tables.update({name: pd.DataFrame() for name in missing})
        return []
    stored, waits = bool(instance.site_storage), _waits(instance)
    lacking = [name for name in missing if name != "storage" or stored]
    if "storage" in missing:
        tables["storage"] = pd.DataFrame({name: [] for name in _STORAGE}, dtype=float)
    for table, column, told in (
        ("power", "charge_mw", stored),
        ("power", "discharge_mw", stored),
        ("demand", "deferred_gtok", waits),
    ):
        if column not in tables[table]:
            tables[table] = tables[table].assign(**{column: 0.0})
            lacking += [f"{table}.{column}"] if told else []
    if not lacking:
        return []
    return [
        f"is a plan of format 1 without {', '.join(lacking)}, which cannot be told from what it"
        " has: solve its instance.json again"
    ]


def _waits(instance: Instance) -> bool:
    return any(group.flexible_share > 0 for group in instance.classes)
