"""What a page must tell of a study, read off it."""

from optimizer.studies.definition import Axis, Distribution, Varied
from optimizer.studies.facts import StudyFacts
from optimizer.studies.scenarios import digest_of_base
from optimizer.studies.study import Study

DOES = {"set": "sets", "scale": "scales", "add": "adds to"}


def facts_of(study: Study) -> StudyFacts:
    """Facts of a study, for its page and its tables."""
    definition, sample, options = (
        study.definition,
        study.definition.sample,
        study.definition.options,
    )
    limit = "none" if options.time_limit_s is None else f"{options.time_limit_s:g} s"
    return StudyFacts(
        name=study.name,
        title=definition.title,
        description=definition.description,
        instance=f"{study.instance.name} ({digest_of_base(study.instance)[:12]})",
        scenarios=len(study),
        axes=tuple((axis.name, _of_axis(axis)) for axis in definition.axes),
        parameters=tuple(
            (name, f"{_shape(one)}; {_of_parameter(study, name)}")
            for name, one in study.scenarios.distributions.items()
        ),
        interventions=definition.keep.displacement,
        method=None if sample is None else sample.method,
        seed=0 if sample is None else sample.seed,
        made=(
            ("gap of each plan", f"{options.gap:g}"),
            ("time limit of each plan", limit),
            ("solver", options.backend),
            *((f"not drawn: {path}", why) for path, why in study.scenarios.left_out.items()),
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
    for one in sample.parameters if sample is not None else ():
        if one.name == name:
            return _targets(one)
    alike = study.scenarios.assumptions[name].alike
    return f"an assumption, and what is alike ({alike})" if alike else "an assumption"


def _targets(varied: Varied) -> str:
    return ", ".join(f"{DOES[how]} {path}" for how, path in varied.targets())


def _shape(distribution: Distribution) -> str:
    return f"{distribution.kind} {', '.join(f'{figure:g}' for figure in distribution.figures)}"
