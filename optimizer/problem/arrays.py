"""Tables of an instance as positions and arrays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.schema.base import at_year
from optimizer.schema.demand import WorkloadClass
from optimizer.schema.instance import Instance

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def by_year(
    paths: Sequence[Mapping[int, float] | None], years: Sequence[int], absent: float = 0.0
) -> Floats:
    """Resolve yearly paths, shape (len(paths), len(years)); a path of None is `absent`."""
    values = [[absent if path is None else at_year(path, y) for y in years] for path in paths]
    return np.array(values, dtype=float).reshape(len(paths), len(years))


def positions(rows: Iterable[Any]) -> dict[str, int]:
    """Position of each row of a table by its id."""
    return {row.id: position for position, row in enumerate(rows)}


def workload_classes(instance: Instance) -> list[WorkloadClass]:
    """Class of each workload."""
    classes = {group.id: group for group in instance.classes}
    return [classes[workload.workload_class] for workload in instance.workloads]
