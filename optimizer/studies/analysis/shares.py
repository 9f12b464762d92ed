"""Shares of the draws of a sample with each verdict, and their confidence intervals.

The interval is that of E. B. Wilson, Probable inference, the law of succession, and statistical
inference, Journal of the American Statistical Association 22 (1927).
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
    """Share of all draws with one verdict.

    Attributes
    ----------
    words : str
        The verdict, or ``no answer``.
    count : int
    share, low, high : float
        Share of all draws, with Wilson's 95% interval.
    """

    words: str
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class VerdictShares:
    """Shares of the verdicts that occur: bands from the lowest, then the rest.

    Attributes
    ----------
    intervention : str
    draws : int
        Number of draws with or without an answer, which shares refer to.
    shares : tuple of Share
        Draws without an answer come last, if any.
    scale : Scale
    """

    intervention: str
    draws: int
    shares: tuple[Share, ...]
    scale: Scale

    @property
    def unanswered(self) -> int:
        """Number of draws without an answer."""
        return sum(share.count for share in self.shares if share.words == NO_ANSWER)


def verdict_shares(
    results: pd.DataFrame,
    intervention: str,
    parameters: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
) -> VerdictShares:
    """Count the draws with each verdict.

    Wilson's interval assumes independent draws.  Draws of a Latin hypercube or a Sobol sequence
    spread more evenly, which generally makes it conservative (A. B. Owen, Monte Carlo variance of
    scrambled net quadrature, SIAM Journal on Numerical Analysis 34, 1997).  The rows of a Saltelli
    design repeat values and are not such a sample.

    Parameters
    ----------
    results : DataFrame
        One row per scenario, in any order.
    intervention : str
    parameters : sequence of str
        Columns of the sampled parameters.
    where : mapping of str to value, optional
        Slice: one value for each other input that varies.

    Raises
    ------
    InputError
        If a column does not exist or other inputs still vary.
    """
    kept = one_slice(results, [DRAW, *parameters], where or {})
    scale = scale_of(kept, intervention)
    all_words = [words or NO_ANSWER for words in verdicts(kept, intervention, scale)]
    names = sorted(set(all_words), key=lambda words: _order(words, scale))
    shares = tuple(_share(name, all_words.count(name), len(all_words)) for name in names)
    return VerdictShares(intervention, len(all_words), shares, scale)


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
