"""Why displacement of energy differs from that of work: the energy of a token on either side."""

from dataclasses import dataclass

from optimizer.counterfactual.measures import Measure

NEGLIGIBLE = 1e-6
"""Tokens that the rest gives up, over the intervention's, below which they are numerical noise."""


@dataclass(frozen=True)
class Factors:
    """Energy displacement as the product of two factors.

    ``D of energy = D of tokens x (MWh/Gtok avoided / MWh/Gtok of the intervention)``

    Attributes
    ----------
    work : float or None
        Displacement of tokens; None if the intervention carries none.
    energy_ratio : float or None
        Energy of a token avoided over that of a token of the intervention; None if no tokens are
        avoided, or the intervention carries none.
    avoided_mwh_per_gtok : float or None
        Energy that the rest gives up for each Gtok that it gives up.
    intervention_mwh_per_gtok : float or None
        Energy that the intervention uses for each Gtok that it carries.
    """

    work: float | None
    energy_ratio: float | None
    avoided_mwh_per_gtok: float | None
    intervention_mwh_per_gtok: float | None


def factors(tokens: Measure, energy: Measure) -> Factors:
    """Split energy displacement into work that is replaced and the energy that it takes."""
    given_up = tokens.rest_without - tokens.rest_with
    avoided = own = ratio = None
    if tokens.displacement is not None:
        own = energy.intervention / tokens.intervention
        if abs(given_up) > NEGLIGIBLE * tokens.intervention:
            avoided = (energy.rest_without - energy.rest_with) / given_up
            ratio = avoided / own if own > 0 else None
    return Factors(tokens.displacement, ratio, avoided, own)
