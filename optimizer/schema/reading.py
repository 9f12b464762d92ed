"""What is known of how an instance was read: no part of what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """Where an instance came from, for warnings; any two are equal.

    Attributes
    ----------
    notes : tuple of str
        What was done with the files that a planner should know.
    hours : mapping of str to sequence of str
        For profiles read from a table, by id: the place of each hour.
    """

    notes: tuple[str, ...] = field(default=(), compare=False)
    hours: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)
