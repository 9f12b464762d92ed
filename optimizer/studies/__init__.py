"""Studies: what-ifs as data, sampled, run by any executor and kept one file per scenario."""

from optimizer.studies.rows import Tally
from optimizer.studies.study import Study

__all__ = ["Study", "Tally"]
