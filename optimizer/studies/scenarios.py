"""Scenarios of a study: its named lists, crossed with the grid, crossed with draws."""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from optimizer.errors import InputError
from optimizer.load.edits import Edit
from optimizer.load.raw_instance import shown
from optimizer.problem.arrays import Floats
from optimizer.schema.instance import Assumption, Instance
from optimizer.schema.references import unknown
from optimizer.solvers.registry import AUTO
from optimizer.studies.definition import HOWS, Distribution, Fragment, Scalar, Varied
from optimizer.studies.drawn_assumptions import DrawnAssumptions
from optimizer.studies.reading import Written, dotted

RESULT_FORMAT = 2
"""Version of what is computed for a scenario: results of another version are recomputed."""


@dataclass(frozen=True)
class Scenario:
    """One what-if.

    Attributes
    ----------
    name : str
        Unique in its study.
    case : str
        Its named list.
    draw : int or None
        Row of the sample, from 0.
    values : mapping of str to float or str
        Values by axis and by parameter.
    edits : tuple of Edit
        Its changes, in order.
    digest : str
        SHA-256 of all that determines its results: the instance, the edits, what is kept and how
        it is solved, but neither its name nor the version of this package.
    """

    name: str
    case: str
    draw: int | None
    values: Mapping[str, Scalar]
    edits: tuple[Edit, ...]
    digest: str


class Scenarios:
    """The scenarios of a study, made on demand.

    Parameters
    ----------
    written : Written
    instance : Instance
        The base instance.
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
                edits = (*fixed, *self.of_draw(drawn, fixed))
                parts = [case, *(f"{name}={_shown(point)}" for name, point in labels.items())]
                parts += [] if row is None else [f"draw-{row:0{len(str(self.rows - 1))}d}"]
                yield Scenario(
                    "/".join(parts), case, row, labels | drawn, edits, self._digest(edits)
                )

    @property
    def rows(self) -> int:
        """Number of rows of the sample; 0 without one."""
        if self.study.sample is None:
            return 0
        return len(next(iter(self.draws.values()), ())) or self.study.sample.draws

    @cached_property
    def _drawn(self) -> DrawnAssumptions:
        return DrawnAssumptions(self.study.sample, self._places, self._instance, self.of_base())

    @property
    def assumptions(self) -> dict[str, Assumption]:
        """Assumptions drawn, by path; raises InputError as `DrawnAssumptions.by_path`."""
        return self._drawn.by_path

    @property
    def left_out(self) -> dict[str, str]:
        """Reason of each assumption that is requested but not drawn, by path."""
        return self._drawn.left_out

    @cached_property
    def distributions(self) -> dict[str, Distribution]:
        """Distribution of each number drawn, by name."""
        sample = self.study.sample
        if sample is None:
            return {}
        distributions = self._drawn.distributions(sample.shape)
        return distributions | {given.name: given.distribution for given in sample.parameters}

    @cached_property
    def draws(self) -> dict[str, Floats]:
        """Values drawn, shape (rows,) each, by name.

        Raises
        ------
        InputError
            If a correlation names a number that is not drawn, or correlations contradict each
            other.
        """
        sample, distributions = self.study.sample, self.distributions
        if sample is None:
            return {}
        problems = [
            self._places.problem(
                ("sample", "correlations", n, m),
                unknown(name, distributions, "the sample"),
                name,
            )
            for n, pair in enumerate(sample.correlations)
            for m, name in enumerate(pair[:2])
            if name not in distributions
        ]
        if problems:
            raise InputError(problems)
        from optimizer.studies.sampling import CorrelationError, draw  # its scipy.stats is slow

        try:
            return draw(sample, distributions)
        except CorrelationError as error:
            problem = self._places.problem(("sample", "correlations"), str(error))
            raise InputError([problem]) from None

    def of_base(self) -> tuple[Edit, ...]:
        """Return the edits of every scenario."""
        return self._of_fragment(self.study.base, ("base",))

    def of_override(self, name: str) -> tuple[Edit, ...]:
        """Return the edits of a named fragment."""
        return self._of_fragment(self.study.overrides[name], ("overrides", name))

    def of_case(self, case: str) -> tuple[Edit, ...]:
        """Return the edits of a named scenario."""
        names = self.study.scenarios[case]
        return tuple(itertools.chain(*map(self.of_override, names)))

    def of_point(self, position: int, point: Scalar) -> tuple[Edit, ...]:
        """Return the edits of a value of an axis."""
        axis = self.study.axes[position]
        if axis.overrides is not None:
            return tuple(itertools.chain(*map(self.of_override, axis.overrides[str(point)])))
        return self._of_varied(axis, point, ("axes", position))

    def of_draw(self, drawn: Mapping[str, float], before: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Return the edits of values drawn, those of assumptions first.

        Parameters
        ----------
        drawn : mapping of str to float
            Values by name.
        before : tuple of Edit
            Edits to which these are added.
        """
        sample = self.study.sample
        if sample is None:
            return ()
        edits = [*self._drawn.edits(drawn, before)]
        for n, parameter in enumerate(sample.parameters):
            if parameter.name in drawn:
                place = ("sample", "parameters", n)
                edits += self._of_varied(parameter, drawn[parameter.name], place)
        return tuple(edits)

    def _grid(self) -> Iterator[tuple[tuple[Scalar, tuple[Edit, ...]], ...]]:
        axes = [
            [(point, self.of_point(n, point)) for point in axis.points()]
            for n, axis in enumerate(self.study.axes)
        ]
        return itertools.product(*axes)

    def _of_varied(
        self, varied: Varied, value: Scalar, place: tuple[str | int, ...]
    ) -> tuple[Edit, ...]:
        return tuple(
            Edit(path, how, value, self._origin((*place, how), value))
            for how, path in varied.targets()
        )

    def _of_fragment(self, fragment: Fragment, place: tuple[str | int, ...]) -> tuple[Edit, ...]:
        return tuple(
            Edit(path, how, value, self._origin((*place, how, path), value))
            for how in HOWS
            for path, value in getattr(fragment, how).items()
        )

    def _origin(self, path: tuple[str | int, ...], value: object) -> str:
        """Return where an edit is written, for messages."""
        line = self._places.line(path)
        place = self._places.file if line is None else f"{self._places.file}:{line}"
        text = shown(value)
        return f"{place}: {dotted(path)}{'' if text is None else f' = {text}'}"

    def _digest(self, edits: Sequence[Edit]) -> str:
        changes = [[edit.how, edit.path, edit.value] for edit in edits]
        return hashlib.sha256(f"{self._common}{json.dumps(changes)}".encode()).hexdigest()[:32]

    @cached_property
    def _common(self) -> str:
        """Return all that determines results except the edits, as text."""
        study = self.study
        options = study.options.model_dump(mode="json")
        if options["method"] == AUTO:  # as in studies made before there was a choice
            del options["method"]
        return json.dumps(
            {
                "format": RESULT_FORMAT,
                "instance": digest_of_base(self._instance),
                "keep": study.keep.model_dump(mode="json"),
                "options": options,
            },
            sort_keys=True,
        )


def digest_of_base(instance: Instance) -> str:
    """Return the SHA-256 of an instance without defaults: new unused fields do not change it."""
    text = instance.model_dump_json(by_alias=True, exclude_defaults=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(point: Scalar) -> str:
    return f"{point:.12g}" if isinstance(point, float) else str(point)
