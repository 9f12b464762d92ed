"""Definition of a study: its instance, what varies, and which results are kept."""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, Discriminator, Field, JsonValue, Tag, model_validator
from pydantic_core import PydanticKnownError

from optimizer.schema.base import Identifier, Record
from optimizer.solvers.registry import BACKENDS, method_names, refusal, wording

STUDY_FORMAT: Literal[1] = 1
DIALECT = "https://json-schema.org/draft/2020-12/schema"

RANGE, LIST = "[range]", "[list]"
Scalar = float | bool | str | None
Paths = str | tuple[str, ...]
"""One ``--set`` path, or several that take the same value."""

How = Literal["set", "scale", "add"]
HOWS: tuple[How, ...] = ("set", "scale", "add")
SHAPES = {"uniform": 2, "loguniform": 2, "triangular": 3, "normal": 2, "lognormal": 2}
"""Number of figures that each distribution takes."""


NO_PATH = "name the paths that take the values: set, scale or add, a path or a list"


class Fragment(Record):
    """Changes made together: values are set first, then scaled, then added to."""

    set: dict[str, JsonValue] = Field({}, description="Value by path")
    scale: dict[str, float] = Field({}, description="Factor by path")
    add: dict[str, float] = Field({}, description="Amount by path, in the field's own unit")


class Range(Record):
    """Evenly spaced values, both ends included."""

    low: float = Field(alias="from", description="First value")
    high: float = Field(alias="to", description="Last value")
    count: int = Field(ge=2, le=10_000, description="Number of values")
    spacing: Literal["linear", "log"] = Field(
        "linear", description="Equal steps (linear) or equal factors (log)"
    )

    @model_validator(mode="after")
    def _log_of_one_sign(self) -> Self:
        if self.spacing == "log" and not self.low * self.high > 0:
            raise ValueError("log spacing needs two ends of the same sign, neither of them 0")
        return self

    def values(self) -> tuple[float, ...]:
        """Return the values: exact ends, the others in as few digits as keep them distinct."""
        if self.spacing == "linear":
            values = np.linspace(self.low, self.high, self.count)
        else:
            sign = math.copysign(1.0, self.low)
            values = sign * np.geomspace(abs(self.low), abs(self.high), self.count)
        inner: list[float] = values[1:-1].tolist()
        for digits in (6, 9, 12):
            short = [float(f"{value:.{digits}g}") for value in inner]
            if len({self.low, *short, self.high}) == self.count:
                break
        return (self.low, *short, self.high)


class Varied(Record):
    """A name and the paths that take its values."""

    name: Identifier = Field(description="Column of the results")
    set: Paths = Field((), description="Path or paths set to the value")
    scale: Paths = Field((), description="Path or paths multiplied by it")
    add: Paths = Field((), description="Path or paths to which it is added")

    def targets(self) -> tuple[tuple[How, str], ...]:
        """Return each path that takes the value, with how it takes it."""
        given: dict[How, Paths] = {how: getattr(self, how) for how in HOWS}
        return tuple(
            (how, path)
            for how, paths in given.items()
            for path in ((paths,) if isinstance(paths, str) else paths)
        )


def _kind_of_values(given: object) -> str:
    return RANGE if isinstance(given, Mapping | Range) else LIST


Values = Annotated[
    Annotated[Range, Tag(RANGE)] | Annotated[tuple[Scalar, ...], Tag(LIST)],
    Discriminator(_kind_of_values),
]


class Axis(Varied):
    """Values to try, in every combination with those of the other axes."""

    values: Values | None = Field(
        None, description="List of values, or a range: from, to, count, spacing"
    )
    overrides: dict[str, tuple[str, ...]] | None = Field(
        None, description="Instead of values: names of overrides by label"
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.values is None) == (self.overrides is None):
            raise ValueError("give either values or overrides by label")
        if self.values is not None and not self.targets():
            raise ValueError(NO_PATH)
        if self.overrides is not None and self.targets():
            raise ValueError("an axis of overrides cannot have set, scale or add")
        points = self.points()
        if not points:
            raise ValueError("must have at least one value")
        if repeated := {str(point) for point in points if points.count(point) > 1}:
            raise ValueError(f"contains a value twice: {', '.join(sorted(repeated))}")
        if not self.numeric and any(how != "set" for how, _ in self.targets()):
            raise ValueError("values to scale by or add must be numbers")
        return self

    def points(self) -> tuple[Scalar, ...]:
        """Return the values or labels in order."""
        if self.overrides is not None:
            return tuple(self.overrides)
        return self.values.values() if isinstance(self.values, Range) else self.values or ()

    @property
    def numeric(self) -> bool:
        """Whether every value is a number."""
        return all(type(point) is float for point in self.points())


class Distribution(Record):
    """A distribution, given by its figures."""

    uniform: tuple[float, ...] | None = Field(None, description="[low, high]")
    loguniform: tuple[float, ...] | None = Field(None, description="[low, high], both above 0")
    triangular: tuple[float, ...] | None = Field(None, description="[low, most likely, high]")
    normal: tuple[float, ...] | None = Field(None, description="[mean, standard deviation]")
    lognormal: tuple[float, ...] | None = Field(
        None, description="[median, geometric standard deviation above 1]"
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = [name for name in SHAPES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"must be one of {', '.join(SHAPES)}, with its figures")
        figures = self.figures
        if len(figures) != SHAPES[self.kind]:
            raise ValueError(f"{self.kind} takes {SHAPES[self.kind]} figures")
        rising = all(a <= b for a, b in itertools.pairwise(figures))
        if self.kind in ("uniform", "loguniform", "triangular") and not (
            rising and figures[0] < figures[-1]
        ):
            raise ValueError(f"the figures of {self.kind} must rise")
        if self.kind == "loguniform" and not figures[0] > 0:
            raise ValueError("both ends of loguniform must be above 0")
        if self.kind == "normal" and not figures[1] > 0:
            raise ValueError("the standard deviation must be above 0")
        if self.kind == "lognormal" and not (figures[0] > 0 and figures[1] > 1):
            raise ValueError("the median must be above 0, the geometric standard deviation above 1")
        return self

    @property
    def kind(self) -> str:
        """Name of the distribution."""
        return next(name for name in SHAPES if getattr(self, name) is not None)

    @property
    def figures(self) -> tuple[float, ...]:
        """Figures of the distribution."""
        figures: tuple[float, ...] = getattr(self, self.kind)
        return figures


class Parameter(Varied):
    """A number drawn from a distribution."""

    distribution: Distribution

    @model_validator(mode="after")
    def _has_a_path(self) -> Self:
        if not self.targets():
            raise ValueError(NO_PATH)
        return self


class Sample(Record):
    """Joint draws of many numbers."""

    method: Literal["latin_hypercube", "sobol", "monte_carlo", "saltelli"] = Field(
        "latin_hypercube",
        description="How draws are spread; saltelli is the design for Sobol indices, with"
        " (parameters + 2) rows per draw",
    )
    draws: int = Field(ge=1, le=1_000_000, description="Number of draws")
    seed: int = Field(0, ge=0, description="The same seed gives the same draws")
    assumptions: Literal["all", "headline", "none"] | tuple[str, ...] = Field(
        "all", description="Rows of assumptions.csv that vary: all, headline, none, or their paths"
    )
    shape: Literal["triangular", "uniform"] = Field(
        "triangular",
        description="Distribution of an assumption over its range; triangular peaks at its value",
    )
    parameters: tuple[Parameter, ...] = Field((), description="Other numbers that vary")
    correlations: tuple[tuple[str, str, float], ...] = Field(
        (), description="Rank correlations: [name, name, Spearman coefficient]"
    )

    @model_validator(mode="after")
    def _design(self) -> Self:
        if self.method in ("sobol", "saltelli") and self.draws & (self.draws - 1):
            below = 1 << (self.draws.bit_length() - 1)
            raise ValueError(
                f"{self.method} needs a power of two for draws: {below} or {2 * below}"
            )
        if self.method == "saltelli" and self.correlations:
            raise ValueError("Sobol indices need independent parameters: remove the correlations")
        for first, second, value in self.correlations:
            if not -1 < value < 1 or first == second:
                raise ValueError("a correlation needs two names and a value between -1 and 1")
        return self


class Keep(Record):
    """Results kept for every scenario."""

    plan: bool = Field(True, description="Whether to plan, and keep welfare, cost, tokens and MW")
    displacement: tuple[str, ...] = Field((), description="Interventions to evaluate")
    attribution: bool = Field(False, description="Whether to find causes and forcing limits")
    proof: bool = Field(False, description="Whether to find the proven interval")
    tables: tuple[str, ...] = Field((), description="Tables of the plan to keep in full")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.plan and not self.displacement:
            raise ValueError("keep the plan, a displacement, or both")
        if self.tables and not self.plan:
            raise ValueError("tables belong to the plan: keep it too")
        return self


def _one_of(names: Iterable[str], name: str) -> str:
    if name not in names:
        raise PydanticKnownError("literal_error", {"expected": wording(map(repr, names))})
    return name


def _usable(backend: str) -> str:
    reason = refusal(_one_of(tuple(BACKENDS), backend))
    if reason is not None:
        raise ValueError(reason)
    return backend


def _method(name: str) -> str:
    return _one_of(method_names(), name)


class Options(Record):
    """How each scenario is solved."""

    gap: float = Field(1e-3, ge=0, description="As --gap")
    time_limit_s: float | None = Field(
        None, gt=0, description="For each plan and each displacement; none by default"
    )
    backend: Annotated[str, AfterValidator(_usable)] = Field(
        "highs",
        description="As --backend",
        json_schema_extra=lambda schema: schema.update(enum=list(BACKENDS)),
    )
    method: Annotated[str, AfterValidator(_method)] = Field(
        "auto",
        description="As --method",
        json_schema_extra=lambda schema: schema.update(enum=list(method_names())),
    )


class Definition(Record):
    """A study file."""

    format: Literal[1] = Field(STUDY_FORMAT, description="Version of this format")
    name: Identifier = Field(description="Short name, with which folders of results begin")
    title: str = Field("", description="Title, for people")
    description: str = Field("", description="What the study asks, for people")
    instance: str = Field("", description="Instance, relative to the study file")
    base: Fragment = Field(Fragment(), description="Changes made first in every scenario")
    overrides: dict[Identifier, Fragment] = Field({}, description="Changes by name")
    scenarios: dict[Identifier, tuple[str, ...]] = Field(
        {"base": ()}, min_length=1, description="Names of overrides, in order, by scenario"
    )
    axes: tuple[Axis, ...] = Field((), description="A grid: every combination of their values")
    sample: Sample | None = Field(None, description="Draws, made in every scenario of the grid")
    keep: Keep = Field(Keep(), description="Results kept")
    options: Options = Field(Options(), description="How each scenario is solved")

    def dump(self) -> dict[str, Any]:
        """Return the study as plain values, without defaults."""
        dumped: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {"format": self.format, **dumped}


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of a study file, for editors.

    A dry run checks what spans fields: names of overrides and paths of the instance.
    """
    schema = Definition.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **schema, "title": "A study of optimizer"}
