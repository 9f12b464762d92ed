"""From a definition to its scenarios: named lists, crossed with the grid, crossed with draws."""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from optimizer.errors import InputError
from optimizer.load.edits import Edit
from optimizer.load.raw_instance import shown
from optimizer.load.vary_assumption import can_vary, edits_of
from optimizer.schema.instance import Assumption, Instance
from optimizer.schema.references import unknown
from optimizer.studies.definition import HOWS, Distribution, Fragment, Scalar, Varied
from optimizer.studies.reading import Written, dotted
from optimizer.studies.sampling import CorrelationError, Floats, draw

RESULT_FORMAT = 1
"""Version of what is computed for a scenario: results of another are computed again."""


@dataclass(frozen=True)
class Scenario:
    """One what-if.

    Attributes
    ----------
    name : str
        Unique in its study.
    case : str
        The named list that it is of.
    draw : int or None
        Row of the sample, from 0.
    values : mapping of str to float or str
        By axis and by parameter.
    edits : tuple of Edit
        What it changes, in order.
    digest : str
        SHA-256 of all that determines its results: of the instance, the edits, what is kept and
        how it is solved.  It has neither its name nor the version of this package.
    """

    name: str
    case: str
    draw: int | None
    values: Mapping[str, Scalar]
    edits: tuple[Edit, ...]
    digest: str


class Scenarios:
    """The scenarios of a study, made as they are asked for.

    Parameters
    ----------
    written : Written
    instance : Instance
        The base.
    """

    def __init__(self, written: Written, instance: Instance) -> None:
        self._places = written.places
        self.study = written.definition
        self._instance = instance

    def __len__(self) -> int:
        count = len(self.study.scenarios)
        for axis in self.study.axes:
            count *= len(axis.points())
        return count * (self.rows or 1)

    def __iter__(self) -> Iterator[Scenario]:
        rows: Sequence[int | None] = range(self.rows) if self.rows else (None,)
        for case, grid in itertools.product(self.study.scenarios, self._grid()):
            fixed = (*self.of_base(), *self.of_case(case), *itertools.chain(*(e for _, e in grid)))
            labels = {
                axis.name: point for axis, (point, _) in zip(self.study.axes, grid, strict=True)
            }
            for row in rows:
                drawn = {} if row is None else {n: float(v[row]) for n, v in self.draws.items()}
                edits = (*fixed, *self.of_draw(drawn))
                parts = [case, *(f"{name}={_shown(point)}" for name, point in labels.items())]
                parts += [] if row is None else [f"draw-{row:0{len(str(self.rows - 1))}d}"]
                yield Scenario(
                    "/".join(parts), case, row, labels | drawn, edits, self._digest(edits)
                )

    @property
    def rows(self) -> int:
        """Rows of the sample; 0 where there is none."""
        if self.study.sample is None:
            return 0
        return len(next(iter(self.draws.values()), ())) or self.study.sample.draws

    @cached_property
    def assumptions(self) -> dict[str, Assumption]:
        """Assumptions that are drawn, by path.

        Raises
        ------
        InputError
            Where one that is named is not there, or cannot be varied.
        """
        sample = self.study.sample
        if sample is None or sample.assumptions == "none":
            return {}
        known = {one.path: one for one in self._instance.assumptions}
        if isinstance(sample.assumptions, str):
            wanted = [one for one in known.values() if self._wants(one)]
            return {one.path: one for one in wanted}
        problems = []
        for n, path in enumerate(sample.assumptions):
            why = can_vary(known[path]) if path in known else unknown(path, known, "assumptions")
            if why:
                problems.append(self._places.problem(("sample", "assumptions", n), why, path))
        if problems:
            raise InputError(problems)
        return {path: known[path] for path in sample.assumptions}

    def _wants(self, assumption: Assumption) -> bool:
        sample = self.study.sample
        asked = sample is not None and (sample.assumptions == "all" or assumption.headline)
        return asked and can_vary(assumption) is None and assumption.low < assumption.high

    @cached_property
    def left_out(self) -> dict[str, str]:
        """Assumptions that are asked for but not drawn, and why, by path."""
        sample = self.study.sample
        if sample is None or sample.assumptions not in ("all", "headline"):
            return {}
        asked = [
            one for one in self._instance.assumptions if sample.assumptions == "all" or one.headline
        ]
        why = {one.path: can_vary(one) or "its range is one value" for one in asked}
        return {path: reason for path, reason in why.items() if path not in self.assumptions}

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """What each drawn number is drawn from, by name."""
        sample = self.study.sample
        if sample is None:
            return {}
        found = {}
        for path, one in self.assumptions.items():
            if sample.shape == "triangular":
                found[path] = Distribution(triangular=(one.low, one.value, one.high))
            else:
                found[path] = Distribution(uniform=(one.low, one.high))
        return found | {one.name: one.distribution for one in sample.parameters}

    @cached_property
    def draws(self) -> dict[str, Floats]:
        """Values drawn, shape (rows,) each, by name.

        Raises
        ------
        InputError
            Where a correlation names what is not drawn, or correlations contradict each other.
        """
        sample, of = self.study.sample, self.distributions
        if sample is None:
            return {}
        problems = [
            self._places.problem(
                ("sample", "correlations", n, m), unknown(name, of, "what is drawn"), name
            )
            for n, pair in enumerate(sample.correlations)
            for m, name in enumerate(pair[:2])
            if name not in of
        ]
        if problems:
            raise InputError(problems)
        try:
            return draw(sample, of)
        except CorrelationError as error:
            raise InputError(
                [self._places.problem(("sample", "correlations"), str(error))]
            ) from None

    def of_base(self) -> tuple[Edit, ...]:
        """Edits of every scenario."""
        return self._of_fragment(self.study.base, ("base",))

    def of_override(self, name: str) -> tuple[Edit, ...]:
        """Edits of a named fragment."""
        return self._of_fragment(self.study.overrides[name], ("overrides", name))

    def of_case(self, case: str) -> tuple[Edit, ...]:
        """Edits of a named scenario."""
        names = self.study.scenarios[case]
        return tuple(itertools.chain(*map(self.of_override, names)))

    def of_point(self, position: int, point: Scalar) -> tuple[Edit, ...]:
        """Edits of a value of an axis."""
        axis = self.study.axes[position]
        if axis.overrides is not None:
            return tuple(itertools.chain(*map(self.of_override, axis.overrides[str(point)])))
        return self._of_varied(axis, point, ("axes", position))

    def of_draw(self, drawn: Mapping[str, float]) -> tuple[Edit, ...]:
        """Edits of values drawn, those of assumptions first."""
        sample = self.study.sample
        if sample is None:
            return ()
        edits: list[Edit] = []
        for path, one in self.assumptions.items():
            edits += edits_of(one, drawn[path]) if path in drawn else ()
        for n, parameter in enumerate(sample.parameters):
            if parameter.name in drawn:
                at = ("sample", "parameters", n)
                edits += self._of_varied(parameter, drawn[parameter.name], at)
        return tuple(edits)

    def _grid(self) -> Iterator[tuple[tuple[Scalar, tuple[Edit, ...]], ...]]:
        axes = [
            [(point, self.of_point(n, point)) for point in axis.points()]
            for n, axis in enumerate(self.study.axes)
        ]
        return itertools.product(*axes)

    def _of_varied(
        self, varied: Varied, value: Scalar, at: tuple[str | int, ...]
    ) -> tuple[Edit, ...]:
        return tuple(
            Edit(path, how, value, self._origin((*at, how), value))
            for how, path in varied.targets()
        )

    def _of_fragment(self, fragment: Fragment, at: tuple[str | int, ...]) -> tuple[Edit, ...]:
        return tuple(
            Edit(path, how, value, self._origin((*at, how, path), value))
            for how in HOWS
            for path, value in getattr(fragment, how).items()
        )

    def _origin(self, at: tuple[str | int, ...], value: object) -> str:
        """Where an edit was written, for messages."""
        line = self._places.line(at)
        place = self._places.file if line is None else f"{self._places.file}:{line}"
        written = shown(value)
        return f"{place}: {dotted(at)}{'' if written is None else f' = {written}'}"

    def _digest(self, edits: Sequence[Edit]) -> str:
        changes = [[one.how, one.path, one.value] for one in edits]
        return hashlib.sha256(f"{self._what}{json.dumps(changes)}".encode()).hexdigest()[:32]

    @cached_property
    def _what(self) -> str:
        """All that determines results but the edits, as text."""
        study = self.study
        return json.dumps(
            {
                "format": RESULT_FORMAT,
                "instance": digest_of_base(self._instance),
                "keep": study.keep.model_dump(mode="json"),
                "options": study.options.model_dump(mode="json"),
            },
            sort_keys=True,
        )


def digest_of_base(instance: Instance) -> str:
    """SHA-256 of an instance without its defaults: a field that is new, unused, changes nothing."""
    text = instance.model_dump_json(by_alias=True, exclude_defaults=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(point: Scalar) -> str:
    return f"{point:.12g}" if isinstance(point, float) else str(point)
