"""Analysis of a study's results: where verdicts flip, how often each holds, what drives them.

Every function takes the tidy table of a study, with one row per scenario, and solves nothing.
Rows without an answer never count as one.
"""

from optimizer.studies.analysis.shares import verdict_shares
from optimizer.studies.analysis.sobol import sobol_indices
from optimizer.studies.analysis.tornado import tornado
from optimizer.studies.analysis.verdict_map import verdict_map

__all__ = ["sobol_indices", "tornado", "verdict_map", "verdict_shares"]
