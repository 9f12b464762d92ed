"""The headline of a displacement: work, load, why they differ, the nearest flip, and where.

One word cannot carry it: a phone that answers every request of a cloud at four times the energy
replaces all of its work and adds to load.
"""

from collections.abc import Sequence

from optimizer.counterfactual.factors import Factors
from optimizer.counterfactual.flip import Flip
from optimizer.counterfactual.headline_lines import (
    capitalised,
    differs_lines,
    factors_line,
    load_lines,
    work_line,
)
from optimizer.counterfactual.headline_parts import (
    Amounts,
    Difference,
    Headline,
    Load,
    Work,
    change_of,
)
from optimizer.counterfactual.stress import StressHour
from optimizer.counterfactual.verdict import NOT_USED, Verdicts


def headline(
    name: str,
    period: str,
    amounts: Amounts,
    verdicts: Verdicts,
    factors: Factors,
    flip: Flip | None,
    differs: Sequence[Difference],
    forced_by: Sequence[str],
    stress_hours: Sequence[StressHour],
) -> Headline:
    """Put the headline of an intervention together.

    Parameters
    ----------
    name : str
        The intervention's.
    period : str
        The years that the amounts are over, as a sentence begins.
    amounts, verdicts, factors, flip, differs
        What the lines say, in this order.
    forced_by : sequence of str
        Limits that force the verdict.
    stress_hours : sequence of StressHour
        By year.
    """
    tokens = amounts.tokens
    work = Work(
        displacement=tokens.displacement,
        words=verdicts.work.words,
        gtok=tokens.intervention,
        replaced_gtok=tokens.rest_without - tokens.rest_with,
        new_gtok=change_of(tokens),
    )
    load = Load(
        energy_mwh=change_of(amounts.energy),
        grid_mwh=change_of(amounts.draw),
        stress_mw=None if amounts.stress is None else change_of(amounts.stress),
        energy=amounts.energy.displacement,
        grid=amounts.draw.displacement,
        stress=verdicts.stress.displacement,
    )
    if verdicts.energy.words == NOT_USED:
        unused = (
            f"{capitalised(name)} is not used: it carries less than 0.1% of tokens, of energy and"
            " of peak load, so it displaces nothing."
        )
        return Headline(work, load, lines=(unused,))
    lines = (
        work_line(name, verdicts.work),
        *load_lines(name, period, amounts, verdicts, forced_by, stress_hours),
        factors_line(name, factors, amounts.energy.displacement),
        f"Nearest flip: {flip.phrase}." if flip is not None else "",
        *differs_lines(differs),
    )
    return Headline(work, load, factors, flip, tuple(differs), tuple(filter(None, lines)))
