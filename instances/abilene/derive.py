"""Derive the committed profile of the sun from the raw file it comes from.

    python instances/abilene/derive.py SOURCE_DIR

reads ``rts_gmlc_day_ahead_pv.csv`` of SOURCE_DIR (see docs/data-sources.md) and writes, beside this
script, ``solar_per_unit.csv``: 8760 hours of output over nameplate.
"""

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
CAPACITY_FACTOR = 0.2675
"""Utility-scale solar in the US, NREL ATB Moderate (technology_costs_us_2025, solar-utility CF)."""


def per_unit(output: pd.DataFrame) -> pd.Series:
    """Output over nameplate by hour, without the leap day, scaled to the capacity factor.

    Parameters
    ----------
    output : pandas.DataFrame
        Columns Month, Day and total_mw, in order.
    """
    leap_day = (output["Month"] == 2) & (output["Day"] == 29)
    megawatts = output.loc[~leap_day, "total_mw"].reset_index(drop=True)
    return (megawatts * CAPACITY_FACTOR / megawatts.mean()).round(4).rename("solar")


def main(source: Path) -> None:
    """Write the table."""
    solar = per_unit(pd.read_csv(source / "rts_gmlc_day_ahead_pv.csv"))
    solar.to_csv(HERE / "solar_per_unit.csv", index_label="hour")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
