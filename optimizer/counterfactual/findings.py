"""What was looked into between solved worlds, beside their figures."""

from dataclasses import dataclass, field

from optimizer.counterfactual.attribution import Attribution
from optimizer.counterfactual.elasticity import ElasticityPoint
from optimizer.counterfactual.flip import Flip
from optimizer.counterfactual.forced_by import LiftedLimit
from optimizer.counterfactual.interval import Interval
from optimizer.counterfactual.rebound import Rebound


@dataclass(frozen=True)
class Findings:
    """The analyses of solved worlds, each None if it was not requested or not found.

    Attributes
    ----------
    intervals : dict of str to Interval
        At these builds, by quantity with a verdict.
    builds : dict
        Number of builds that the intervals cover, by world.
    proven : dict of str to tuple of float
        Ends of the proven intervals, by quantity with a verdict.
    attribution : Attribution or None
    lifted_limits : tuple of LiftedLimit or None
    elasticity : tuple of ElasticityPoint
    rebound : Rebound or None
        Of new models.
    flip : Flip or None
    missing : tuple of str
        What was requested and not found, and why.
    """

    intervals: dict[str, Interval] = field(default_factory=dict)
    builds: dict[str, int] = field(default_factory=dict)
    proven: dict[str, tuple[float, float]] = field(default_factory=dict)
    attribution: Attribution | None = None
    lifted_limits: tuple[LiftedLimit, ...] | None = None
    elasticity: tuple[ElasticityPoint, ...] = ()
    rebound: Rebound | None = None
    flip: Flip | None = None
    missing: tuple[str, ...] = ()
