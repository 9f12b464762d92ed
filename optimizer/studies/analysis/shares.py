"""How many draws of a sample have each verdict, and how sure these shares are.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of
the American Statistical Association 22 (1927): the interval of a share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.studies.analysis.outcomes import DRAW, one_slice, verdicts
from optimizer.studies.analysis.scale import Scale, scale_of

CONFIDENCE = 0.95
NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Share:
    """Draws with one verdict, of all draws.

    Attributes
    ----------
    words : str
        The verdict, or ``no answer``.
    count : int
    share, low, high : float
        Of all draws, with Wilson's 95% interval.
    """

    words: str
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class VerdictShares:
    """Shares of each verdict that occurs, from the lowest band; then what is no band.

    Attributes
    ----------
    intervention : str
    draws : int
        All draws, with or without an answer: shares are of these.
    shares : tuple of Share
        Draws without an answer come last, where there are any.
    scale : Scale
    """

    intervention: str
    draws: int
    shares: tuple[Share, ...]
    scale: Scale

    @property
    def unanswered(self) -> int:
        """Draws without an answer."""
        return sum(one.count for one in self.shares if one.words == NO_ANSWER)


def verdict_shares(
    results: pd.DataFrame,
    intervention: str,
    parameters: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
) -> VerdictShares:
    """Count the draws with each verdict.

    Wilson's interval takes draws as independent.  Those of a Latin hypercube or a Sobol sequence
    spread more evenly, so that for them it is as a rule wider than it need be (A. B. Owen, Monte
    Carlo variance of scrambled net quadrature, SIAM Journal on Numerical Analysis 34, 1997).  A
    Saltelli design repeats values from row to row: its rows are no such sample.

    Parameters
    ----------
    results : DataFrame
        One row a scenario, in any order.
    intervention : str
    parameters : sequence of str
        Columns of the sampled parameters.
    where : mapping of str to value, optional
        Slice: a value for each other input that varies.

    Raises
    ------
    InputError
        Where a column is unknown, or other inputs still vary.
    """
    kept = one_slice(results, [DRAW, *parameters], where or {})
    scale = scale_of(kept, intervention)
    said = [words or NO_ANSWER for words in verdicts(kept, intervention, scale)]
    names = sorted(set(said), key=lambda words: _order(words, scale))
    shares = tuple(_share(name, said.count(name), len(said)) for name in names)
    return VerdictShares(intervention, len(said), shares, scale)


def _order(words: str, scale: Scale) -> tuple[int, float, str]:
    bands = scale.bands(words)
    if bands:
        return 0, sum(bands) / len(bands), words
    last = {UNDETERMINED: 2, NO_ANSWER: 3}
    return last.get(words, 1), 0.0, words


def _share(words: str, count: int, draws: int) -> Share:
    from scipy.stats import binomtest

    ends = binomtest(count, draws).proportion_ci(CONFIDENCE, method="wilson")
    return Share(words, count, count / draws, float(ends.low), float(ends.high))
