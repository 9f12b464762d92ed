"""Summary of a study, for its page and its tables."""

from dataclasses import dataclass

from optimizer.studies.definition import Axis, Distribution, Varied
from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.study import Study

SALTELLI = "saltelli"
VERBS = {"set": "sets", "scale": "scales", "add": "adds to"}


@dataclass(frozen=True)
class StudySummary:
    """What a page shows beside the table of results.

    Attributes
    ----------
    name, title, description : str
        As in the study file.
    instance : str
        Name of the instance, with its digest if known.
    scenarios : int
        Number of scenarios; while the study runs, the table may have fewer rows.
    axes : tuple of (str, str)
        Name of each axis, which is a column of the results, and what it sets.
    parameters : tuple of (str, str)
        Name of each sampled parameter, also a column, in the order of the design, and its
        distribution and what it sets.
    interventions : tuple of str
        Those whose displacement is kept, in the order shown.
    method : str or None
        How draws are made (``latin_hypercube``, ``sobol``, ``monte_carlo``, ``saltelli``);
        None without a sample.
    seed : int
        Of the sample and of every bootstrap on the page.
    made : tuple of (str, str)
        How the results were made: options, versions, digests.
    """

    name: str
    title: str = ""
    description: str = ""
    instance: str = ""
    scenarios: int = 0
    axes: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    interventions: tuple[str, ...] = ()
    method: str | None = None
    seed: int = 1
    made: tuple[tuple[str, str], ...] = ()


def summarize(study: Study) -> StudySummary:
    """Summarize a study for its page and its tables."""
    definition, scenarios = study.definition, study.scenarios
    sample, options = definition.sample, definition.options
    limit = "none" if options.time_limit_s is None else f"{options.time_limit_s:g} s"
    return StudySummary(
        name=study.name,
        title=definition.title,
        description=definition.description,
        instance=f"{study.instance.name} ({digest_of_base(study.instance)[:12]})",
        scenarios=len(study),
        axes=tuple((axis.name, _of_axis(axis)) for axis in definition.axes),
        parameters=tuple(
            (name, f"{_shape(distribution)}; {_of_parameter(study, name)}")
            for name, distribution in scenarios.distributions.items()
        ),
        interventions=definition.keep.displacement,
        method=None if sample is None else sample.method,
        seed=0 if sample is None else sample.seed,
        made=(
            ("gap of each plan", f"{options.gap:g}"),
            ("time limit of each plan", limit),
            ("solver", options.backend),
            *((f"not drawn: {path}", reason) for path, reason in scenarios.left_out.items()),
        ),
    )


def _of_axis(axis: Axis) -> str:
    if axis.overrides is None:
        return _targets(axis)
    return "; ".join(
        f"{label}: {', '.join(names) or 'nothing'}" for label, names in axis.overrides.items()
    )


def _of_parameter(study: Study, name: str) -> str:
    sample = study.definition.sample
    for parameter in sample.parameters if sample is not None else ():
        if parameter.name == name:
            return _targets(parameter)
    alike = study.scenarios.assumptions[name].alike
    return f"an assumption and those that move with it ({alike})" if alike else "an assumption"


def _targets(varied: Varied) -> str:
    return ", ".join(f"{VERBS[how]} {path}" for how, path in varied.targets())


def _shape(distribution: Distribution) -> str:
    return f"{distribution.kind} {', '.join(f'{figure:g}' for figure in distribution.figures)}"
