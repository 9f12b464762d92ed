"""What a study was, as far as its page must tell."""

from dataclasses import dataclass

SALTELLI = "saltelli"


@dataclass(frozen=True)
class StudyFacts:
    """What stands beside the table of results.

    Attributes
    ----------
    name, title, description : str
        As the study's file has them.
    instance : str
        Name of the instance, and its digest where that is to be told.
    scenarios : int
        How many there are in all; the table may hold fewer, while the study runs.
    axes : tuple of (str, str)
        Name of each axis, which is a column of the results, and what it sets.
    parameters : tuple of (str, str)
        Name of each sampled parameter, a column too, in the order of the design, and what it
        sets with its distribution.
    interventions : tuple of str
        Those whose displacement was asked for, in the order to be shown.
    method : str or None
        How draws were made (``latin_hypercube``, ``sobol``, ``monte_carlo``, ``saltelli``);
        None without a sample.
    seed : int
        Of the sample, and of every resampling on the page.
    made : tuple of (str, str)
        What else tells how it was made: options, versions, digests.
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
