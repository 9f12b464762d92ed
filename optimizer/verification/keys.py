"""Keys of the rows of a plan's tables, as positions in the instance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from optimizer.problem.horizon import Horizon, Ints
from optimizer.schema.instance import Instance
from optimizer.verification.violation import Violation


@dataclass(frozen=True)
class Axis:
    """Entities that rows name, by one column or by several together.

    Attributes
    ----------
    columns : tuple of str
        Columns that together name one entity.
    keys : tuple of tuple
        Names in the instance's order.
    """

    columns: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, table: pd.DataFrame) -> Ints:
        """Return the position that each row names, shape (rows,); -1 if there is none such."""
        if not self.keys:
            return np.full(len(table), -1)
        names, position = self._lookup
        codes = [_codes(table[c], known) for c, known in zip(self.columns, names, strict=True)]
        named = np.all([code >= 0 for code in codes], axis=0)
        return np.where(named, position[tuple(codes)], -1)

    @cached_property
    def _lookup(self) -> tuple[list["pd.Index[Any]"], Ints]:
        """Names that each column may have, and the position of each combination; -1 if none."""
        columns = list(zip(*self.keys, strict=True))
        names = [pd.Index(list(dict.fromkeys(column))) for column in columns]
        position = np.full([len(known) for known in names], -1)
        own = [_codes(column, known) for column, known in zip(columns, names, strict=True)]
        position[tuple(own)] = np.arange(len(self.keys))
        return names, position


def _codes(values: "pd.Series[Any] | Sequence[Any]", names: "pd.Index[Any]") -> Ints:
    """Return the position of each value among names; -1 if it is none of them."""
    try:
        return np.asarray(names.get_indexer(pd.Index(values)), dtype=np.int64)
    except TypeError:  # lists and the like name nothing
        return np.full(len(values), -1)


@dataclass(frozen=True)
class Axes:
    """Everything that rows of a plan may be about."""

    workload: Axis
    pool: Axis
    site: Axis
    serving: Axis
    generator: Axis
    storage: Axis
    zone: Axis
    area: Axis
    contract: Axis
    connection: Axis
    policy: Axis
    year: Axis
    slot: Axis

    @classmethod
    def of(cls, instance: Instance, horizon: Horizon) -> Self:
        """Return the axes of an instance."""
        days = horizon.day_of_year[horizon.day]
        connected = [s for s in instance.sites if s.interconnection_cost_usd_per_mw is not None]
        shares = [group for group in instance.classes if group.min_edge_share is not None]
        policies = (
            ("co2_t", "whole instance"),
            ("overnight_usd", "whole instance"),
            *(("cap_mw", cap.id) for cap in instance.zone_caps),
            ("edge_gtok", "all classes"),
            *(("edge_gtok", group.id) for group in shares),
        )
        slots = zip(days.tolist(), horizon.start_h.tolist(), strict=True)
        return cls(
            workload=Axis(
                ("region", "class"),
                tuple((row.region, row.workload_class) for row in instance.workloads),
            ),
            pool=Axis(("site", "hardware"), tuple((p.site, p.hardware) for p in instance.pools)),
            site=_ids("site", instance.sites),
            serving=_ids("serving", instance.serving),
            generator=Axis(
                ("site", "generator"),
                tuple((row.site, row.generator) for row in instance.site_generators),
            ),
            storage=Axis(
                ("site", "storage"),
                tuple((row.site, row.storage) for row in instance.site_storage),
            ),
            zone=_ids("zone", instance.zones),
            area=_ids("area", instance.capacity_areas),
            contract=_ids("contract", instance.contracts),
            connection=_ids("site", connected),
            policy=Axis(("measure", "where"), policies),
            year=Axis(("year",), tuple((year,) for year in horizon.years)),
            slot=Axis(("day", "start_h"), tuple(slots)),
        )


def _ids(column: str, records: Sequence[Any]) -> Axis:
    return Axis((column,), tuple((record.id,) for record in records))


def locate(
    name: str, table: pd.DataFrame, axes: Sequence[Axis], *, sparse: bool = False
) -> tuple[tuple[Ints, ...], list[Violation]]:
    """Return the positions of a table's rows along each axis, and what is wrong with them.

    Every combination of the axes must have exactly one row; in a sparse table, at most one.
    """
    positions = tuple(axis.find(table) for axis in axes)
    if faults := list(_unknown(name, table, axes, positions)):
        return positions, faults
    shape = tuple(len(axis) for axis in axes)
    flat = np.ravel_multi_index(positions, shape) if len(table) else np.zeros(0, dtype=np.int64)
    distinct, rows = np.unique(flat, return_counts=True)

    def where(combination: int) -> str:
        keys = zip(axes, np.unravel_index(combination, shape), strict=True)
        named = (f"{a.columns[0]} {'/'.join(map(str, a.keys[int(i)]))}" for a, i in keys)
        return f"{name}: {', '.join(named)}"

    if (rows > 1).any():
        twice = where(int(distinct[np.argmax(rows)]))
        message = "appears in more than one row"
        faults.append(Violation("tables", twice, float(rows.max()), 1.0, message))
    if not sparse and len(distinct) < np.prod(shape):
        first = np.setdiff1d(np.arange(np.prod(shape)), distinct, assume_unique=True)[0]
        counts = float(len(distinct)), float(np.prod(shape))
        faults.append(Violation("tables", where(int(first)), *counts, "has no row"))
    return positions, faults


def _unknown(
    name: str, table: pd.DataFrame, axes: Sequence[Axis], positions: Sequence[Ints]
) -> Iterator[Violation]:
    for axis, position in zip(axes, positions, strict=True):
        wrong = position < 0
        if wrong.any():
            columns = list(axis.columns)
            value = "/".join(str(table[column].iloc[int(np.argmax(wrong))]) for column in columns)
            where = f"{name}.{'/'.join(columns)} {value}"
            yield Violation("tables", where, float(wrong.sum()), 0.0, "is not in the instance")
