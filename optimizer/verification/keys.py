"""What the rows of a plan's tables are about, as positions in the instance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from optimizer.problem.horizon import Horizon, Ints
from optimizer.schema.instance import Instance
from optimizer.verification.violation import Violation


@dataclass(frozen=True)
class Axis:
    """Things that rows name, by one column or by several together.

    Attributes
    ----------
    columns : tuple of str
        Columns that together name one.
    keys : tuple of tuple
        Names in the instance's order.
    """

    columns: tuple[str, ...]
    keys: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, columns: Sequence[str], keys: Sequence[tuple[Any, ...]]) -> Self:
        return cls(tuple(columns), tuple(keys))

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, table: pd.DataFrame) -> Ints:
        """Position that each row names, shape (rows,); -1 where the instance has none such."""
        if not self.keys:
            return np.full(len(table), -1)
        columns = list(zip(*self.keys, strict=True))
        parts = [list(dict.fromkeys(column)) for column in columns]
        position = np.full([len(part) for part in parts], -1)
        where = [_codes(column, part) for column, part in zip(columns, parts, strict=True)]
        position[tuple(where)] = np.arange(len(self.keys))
        found = [_codes(table[c], part) for c, part in zip(self.columns, parts, strict=True)]
        known = np.all([code >= 0 for code in found], axis=0)
        return np.where(known, position[tuple(found)], -1)


def _codes(values: "pd.Series[Any] | Sequence[Any]", names: list[Any]) -> Ints:
    """Position of each value among names; -1 where it is none of them."""
    try:
        return np.asarray(pd.Index(names).get_indexer(pd.Index(values)), dtype=np.int64)
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
        days = horizon.day_of_year[horizon.day]
        return cls(
            workload=Axis.of(
                ("region", "class"), [(w.region, w.workload_class) for w in instance.workloads]
            ),
            pool=Axis.of(("site", "hardware"), [(p.site, p.hardware) for p in instance.pools]),
            site=Axis.of(("site",), [(s.id,) for s in instance.sites]),
            serving=Axis.of(("serving",), [(c.id,) for c in instance.serving]),
            generator=Axis.of(
                ("site", "generator"), [(g.site, g.generator) for g in instance.site_generators]
            ),
            storage=Axis.of(
                ("site", "storage"), [(v.site, v.storage) for v in instance.site_storage]
            ),
            zone=Axis.of(("zone",), [(z.id,) for z in instance.zones]),
            area=Axis.of(("area",), [(a.id,) for a in instance.capacity_areas]),
            contract=Axis.of(("contract",), [(c.id,) for c in instance.contracts]),
            connection=Axis.of(
                ("site",),
                [(s.id,) for s in instance.sites if s.interconnection_cost_usd_per_mw is not None],
            ),
            policy=Axis.of(
                ("measure", "where"),
                [
                    ("co2_t", "whole instance"),
                    ("overnight_usd", "whole instance"),
                    *(("cap_mw", cap.id) for cap in instance.zone_caps),
                    ("edge_gtok", "all classes"),
                    *(
                        ("edge_gtok", group.id)
                        for group in instance.classes
                        if group.min_edge_share is not None
                    ),
                ],
            ),
            year=Axis.of(("year",), [(year,) for year in horizon.years]),
            slot=Axis.of(
                ("day", "start_h"),
                [(int(d), int(h)) for d, h in zip(days, horizon.start_h, strict=True)],
            ),
        )


def locate(
    name: str, table: pd.DataFrame, axes: Sequence[Axis], *, sparse: bool = False
) -> tuple[tuple[Ints, ...], list[Violation]]:
    """Positions of a table's rows along each axis, and what is wrong with them.

    Every combination of the axes must stand in exactly one row; in a sparse table in one at
    most.
    """
    found = tuple(axis.find(table) for axis in axes)
    faults = list(_unknown(name, table, axes, found))
    if faults:
        return found, faults
    shape = tuple(len(axis) for axis in axes)
    flat = np.ravel_multi_index(found, shape) if len(table) else np.zeros(0, dtype=np.int64)
    distinct, rows = np.unique(flat, return_counts=True)
    if (rows > 1).any():
        at = np.unravel_index(int(distinct[np.argmax(rows)]), shape)
        where = f"{name}: {_named(axes, at)}"
        faults.append(Violation("tables", where, float(rows.max()), 1.0, "stands in several rows"))
    if not sparse and len(distinct) < np.prod(shape):
        first = np.setdiff1d(np.arange(np.prod(shape)), distinct, assume_unique=True)[0]
        where = f"{name}: {_named(axes, np.unravel_index(int(first), shape))}"
        counts = float(len(distinct)), float(np.prod(shape))
        faults.append(Violation("tables", where, *counts, "has no row"))
    return found, faults


def _unknown(
    name: str, table: pd.DataFrame, axes: Sequence[Axis], found: Sequence[Ints]
) -> Iterator[Violation]:
    for axis, positions in zip(axes, found, strict=True):
        wrong = positions < 0
        if wrong.any():
            columns = list(axis.columns)
            value = "/".join(str(table[column].iloc[int(np.argmax(wrong))]) for column in columns)
            where = f"{name}.{'/'.join(columns)} {value}"
            yield Violation("tables", where, float(wrong.sum()), 0.0, "is not in the instance")


def _named(axes: Sequence[Axis], at: Sequence[Any]) -> str:
    parts = ["/".join(map(str, axis.keys[int(i)])) for axis, i in zip(axes, at, strict=True)]
    return ", ".join(f"{axis.columns[0]} {p}" for axis, p in zip(axes, parts, strict=True))
