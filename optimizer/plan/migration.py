"""Reads plans of format 1: adds tables and columns of later plans where they must be empty.

Format 1 was written while plans grew, so a plan may lack storage, deferred work, policies,
contracts and grid connections.  If the instance has no storage, or no work that may wait, the
missing figures are zero and the plan is read as format 2.  What policies count is never empty, so a
plan without it cannot be read.
"""

from collections.abc import Collection, MutableMapping

import pandas as pd

from optimizer.plan.output_tables import TABLES
from optimizer.schema.instance import Instance

GROWN = ("storage", "contracts", "connections", "policy")
"""Tables that plans of format 1 may lack."""


def from_format_1(
    tables: MutableMapping[str, pd.DataFrame], instance: Instance, missing: Collection[str]
) -> list[str]:
    """Add what a plan of format 1 lacks.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the plan; changed in place.
    instance : Instance
    missing : collection of str
        Those of `GROWN` that the plan lacks.

    Returns
    -------
    list of str
        Why the plan cannot be read; empty if it can.
    """
    if tables["sites"].empty:  # no plan was found: every table is empty
        tables.update({name: pd.DataFrame() for name in missing})
        return []
    stores = bool(instance.site_storage)
    defers = any(group.flexible_share > 0 for group in instance.classes)
    lacking = [name for name in missing if name != "storage" or stores]
    if "storage" in missing:
        names = [column.name for column in TABLES["storage"].columns]
        tables["storage"] = pd.DataFrame(columns=names, dtype=float)
    for table, column, used in (
        ("power", "charge_mw", stores),
        ("power", "discharge_mw", stores),
        ("demand", "deferred_gtok", defers),
    ):
        if column not in tables[table]:
            tables[table] = tables[table].assign(**{column: 0.0})
            lacking += [f"{table}.{column}"] if used else []
    if not lacking:
        return []
    return [
        f"is a plan of format 1 without {', '.join(lacking)}, which cannot be derived from the"
        " rest: solve its instance.json again"
    ]
