"""Derive the hourly load of ten PJM zones in 2023, on the clock of this instance.

    python instances/pjm/derive_hours.py SOURCE_DIR OUT.csv

reads ``eia930_hourly_demand_2023_mw.csv.gz`` of SOURCE_DIR (see docs/data-sources.md), whose hours
end and are in UTC, sums PJM's 19 zones to the ten of this instance, and has the package's own
loader turn the clock: the result is what `optimizer` itself reads from such a table.  Its rows are
loads over each zone's peak.
"""

import re
import sys
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pandas as pd

import optimizer as op

HERE = Path(__file__).parent
SOURCE = "eia930_hourly_demand_2023_mw.csv.gz"
TABLE = "hourly_load_per_unit.csv"

EAST = ("AE", "BC", "DPL", "JC", "ME", "PE", "PEP", "PL", "PN", "PS")
ZONES = {
    "AEP": ("AEP",),
    "COMED": ("CE",),
    "DAYTON": ("DAY",),
    "DEOK": ("DEOK",),
    "DOM": ("DOM",),
    "DUQ": ("DUQ",),
    "EKPC": ("EKPC",),
    "FE": ("ATSI",),
    "PJME": EAST,
    "PJMW": ("AP",),
}
"""Zones of EIA-930 in each zone of the instance."""


def main(source: Path, out: Path) -> None:
    """Write the shapes, and print the hour of the common peak and the peak of each zone."""
    demand = pd.read_csv(source / SOURCE, index_col=0)
    load = pd.DataFrame(
        {
            zone: demand[[f"PJM-{name}" for name in names]].sum(axis=1)
            for zone, names in ZONES.items()
        }
    )
    with TemporaryDirectory() as scratch:
        folder = Path(copytree(HERE, Path(scratch) / "pjm"))
        load.to_csv(folder / TABLE, index_label=demand.index.name)
        instance = op.load_instance(folder)
    for note in instance.reading.notes:
        sys.stdout.write(re.sub(r"^.*?: ", "", note) + "\n")
    hours = pd.DataFrame(
        {
            profile.id.removeprefix("load-"): profile.values
            for profile in instance.profiles
            if profile.id.startswith("load-")
        }
    )[list(ZONES)]
    (hours / hours.max()).round(4).to_csv(out, index_label="hour")
    common = hours.sum(axis=1)
    peak = pd.Timestamp("2023-01-01") + pd.Timedelta(hours=int(common.idxmax()))
    sys.stdout.write(f"common peak {common.max():,.0f} MW in the hour from {peak} (UTC-5)\n")
    sys.stdout.write(hours.max().to_string() + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
