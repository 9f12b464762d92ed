"""What can be read off a study's results: where verdicts flip, how often, and what moves them.

Everything here takes the tidy table of a study, one row a scenario, and solves nothing.  Rows
without an answer are never counted as one.
"""

from optimizer.studies.analysis.shares import verdict_shares
from optimizer.studies.analysis.sobol import sobol_indices
from optimizer.studies.analysis.tornado import tornado
from optimizer.studies.analysis.verdict_map import verdict_map

__all__ = ["sobol_indices", "tornado", "verdict_map", "verdict_shares"]
