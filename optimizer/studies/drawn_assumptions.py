"""The assumptions that a study draws, around what its instance holds."""

from collections.abc import Mapping
from functools import cached_property

from optimizer.errors import InputError
from optimizer.load import with_overrides
from optimizer.load.edits import Edit
from optimizer.load.vary_assumption import can_vary, edits_from, value_in
from optimizer.schema.instance import Assumption, Instance
from optimizer.schema.references import unknown
from optimizer.studies.definition import Distribution, Sample
from optimizer.studies.reading import Places

PLACE = ("sample", "assumptions")

Edits = tuple[Edit, ...]


class DrawnAssumptions:
    """The assumptions of a sample.

    Parameters
    ----------
    sample : Sample or None
    places : Places
        Where the study was written.
    instance : Instance
        Without the edits of the study.
    base_edits : tuple of Edit
        Edits of every scenario.
    """

    def __init__(
        self, sample: Sample | None, places: Places, instance: Instance, base_edits: Edits
    ) -> None:
        self._sample = sample
        self._places = places
        self._instance = instance
        self._made: dict[str, Instance] = {}
        self._values: dict[tuple[str, str], float] = {}
        self._base = self._edited(base_edits)

    @cached_property
    def by_path(self) -> dict[str, Assumption]:
        """Assumptions drawn, by path.

        Raises
        ------
        InputError
            If a named one does not exist or cannot vary, or the instance holds a number outside
            the range of one.
        """
        sample = self._sample
        if sample is None or sample.assumptions == "none":
            return {}
        known = {assumption.path: assumption for assumption in self._base.assumptions}
        if isinstance(sample.assumptions, str):
            chosen = [path for path in self._requested if not self._fixed(known[path])]
            return self._in_range({path: known[path] for path in chosen})
        problems = []
        for n, path in enumerate(sample.assumptions):
            if path in known:
                fault = can_vary(self._base, known[path])
            else:
                fault = unknown(path, known, "assumptions")
            if fault:
                problems.append(self._places.problem((*PLACE, n), fault, path))
        if problems:
            raise InputError(problems)
        return self._in_range({path: known[path] for path in sample.assumptions})

    @cached_property
    def left_out(self) -> dict[str, str]:
        """Reason of each assumption that is requested but not drawn, by path."""
        reasons = {path: self._fixed(assumption) for path, assumption in self._requested.items()}
        return {path: reason for path, reason in reasons.items() if reason}

    def distributions(self, shape: str) -> dict[str, Distribution]:
        """Distribution of each over its range; if triangular, with its mode at what is solved."""
        distributions = {}
        for path, assumption in self.by_path.items():
            low, high = assumption.low, assumption.high
            if shape == "triangular":
                mode = value_in(self._base, assumption)
                distributions[path] = Distribution(triangular=(low, mode, high))
            else:
                distributions[path] = Distribution(uniform=(low, high))
        return distributions

    def edits(self, drawn: Mapping[str, float], before: Edits) -> Edits:
        """Return the edits that set assumptions to values drawn.

        Parameters
        ----------
        drawn : mapping of str to float
            Values by path; others are ignored.
        before : tuple of Edit
            Edits to which these are added: what is alike scales from what they leave.
        """
        edits: list[Edit] = []
        for path, assumption in self.by_path.items():
            if path in drawn:
                edits += edits_from(self._scaled_from(assumption, before), assumption, drawn[path])
        return tuple(edits)

    def _scaled_from(self, assumption: Assumption, before: Edits) -> float:
        """Return the value from which what is alike is scaled; any if nothing is."""
        if not assumption.alike:
            return assumption.value
        key = assumption.path, _key(before)
        if key not in self._values:
            made = self._edited(before)
            made = made if can_vary(made, assumption) is None else self._base
            self._values[key] = value_in(made, assumption)
        return self._values[key]

    def _edited(self, edits: Edits) -> Instance:
        """Return the instance with edits; without them if they have faults, which runs report."""
        if not edits:
            return self._instance
        key = _key(edits)
        if key not in self._made:
            try:
                self._made[key] = with_overrides(self._instance, edits)
            except InputError:
                self._made[key] = self._instance
        return self._made[key]

    @property
    def _requested(self) -> dict[str, Assumption]:
        """Assumptions requested by group, all or headline, by path."""
        sample = self._sample
        if sample is None or sample.assumptions not in ("all", "headline"):
            return {}
        return {
            assumption.path: assumption
            for assumption in self._base.assumptions
            if sample.assumptions == "all" or assumption.headline
        }

    def _fixed(self, assumption: Assumption) -> str | None:
        """Return why an assumption cannot be drawn, if it cannot."""
        return can_vary(self._base, assumption) or (
            None if assumption.low < assumption.high else "its range is one value"
        )

    def _in_range(self, drawn: dict[str, Assumption]) -> dict[str, Assumption]:
        """Return the assumptions, or refuse those whose range does not hold what is solved."""
        problems = []
        for path, assumption in drawn.items():
            value, low, high = value_in(self._base, assumption), assumption.low, assumption.high
            if not low <= value <= high:
                message = (
                    f"{path} is {value:,.6g} in the instance of this study, outside the range from"
                    f" which it would be drawn, {low:,.6g} to {high:,.6g} {assumption.unit}: widen"
                    " the range in its assumption, or leave it out"
                )
                problems.append(self._places.problem(PLACE, message))
        if problems:
            raise InputError(problems)
        return drawn


def _key(edits: Edits) -> str:
    return repr([(edit.how, edit.path, edit.value) for edit in edits])
