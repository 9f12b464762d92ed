"""What-ifs as data: read, sampled, run by any executor, kept a file a scenario."""

from optimizer.studies.rows import Tally
from optimizer.studies.study import Study

__all__ = ["Study", "Tally"]
