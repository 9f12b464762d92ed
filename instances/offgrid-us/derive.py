"""Derive the tables of clouds, campuses and demand from the figures of epoch.csv.

    python instances/offgrid-us/derive.py

writes ``zones.csv``, ``sites.csv``, ``pools.csv``, ``site_generators.csv``, ``site_storage.csv``
and ``workloads.csv`` beside this script.  Every constant here is a row of assumptions.csv or has
its source in README.md.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent

LIMIT = {2026: 1.0, 2028: 1.15, 2030: 1.3}
"""Limit of a zone over the megawatts that its clouds have now."""

ROOM = 2.0
"""Space of a cloud over the megawatts that it has now."""

NODE_MW, PUE, LOADED, POD = 0.011, 1.15, 0.8, 32
DRAWN_MW = {"agents": 0.007167, "chat": 0.009078}
"""A node loaded to 80%, before PUE: idle 2.6 kW and 80% of what it takes above that."""

PRICE_USD_PER_MWH, CO2_KG_PER_MWH = 50.0, 385.0
DELIVERY_USD_PER_MWH = 18.8

TURBINE_MW, SPARE = 34, 2
CAMPUSES = {  # turbines there, turbines in all, turbines a year, gas in $/MMBtu, first year
    "abilene": (10, 29, 10, 2.5, 2026),
    "colossus": (10, 41, 10, 3.5, 2026),
    "crusoe": (0, 132, 20, 2.5, 2028),
}
LEAD_YEARS, CAMPUS_USD_PER_YEAR = 1, 6e6
BLOCKS, A_YEAR = 100, 50
"""Blocks of solar and batteries that a campus may build, and may build a year."""

REGIONS = {"northeast": 0.174, "midwest": 0.208, "south": 0.381, "west": 0.237}
TOKENS_PER_S = {"agents": 4534, "chat": 85670}
NODES = {"agents": 0.7, "chat": 0.3}
"""Shares of the nodes that each class loads at its peak."""

PEAK_OVER_MEAN = 1.4555
PEAK_LOADED = 0.95
"""Share of the clouds' usable rate that is asked for at the peak of 2026."""


def tables(epoch: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make every derived table, by name.

    Parameters
    ----------
    epoch : pandas.DataFrame
        As in epoch.csv.
    """
    zones = [zone for zone in epoch["stands_for"].unique() if zone not in CAMPUSES]
    power = epoch.groupby("stands_for")["power_mw"].sum()
    drawn_mw = PUE * sum(DRAWN_MW[group] * share for group, share in NODES.items())
    now = {zone: float(power[zone]) for zone in zones}
    nodes = {zone: int(mw / drawn_mw) // POD * POD for zone, mw in now.items()}
    room = {zone: ROOM * mw / PUE for zone, mw in now.items()}
    place = {
        key: rows.loc[rows["power_mw"].idxmax(), ["latitude_deg", "longitude_deg"]].to_dict()
        for key, rows in epoch.groupby("stands_for")
    }
    name = {key: " and ".join(rows["title"]) for key, rows in epoch.groupby("stands_for")}
    campus = {
        "kind": "offgrid",
        "pue": PUE,
        "fixed_cost_usd_per_year": CAMPUS_USD_PER_YEAR,
        "redundant_units": SPARE,
    }
    cloud = {"kind": "cloud", "pue": PUE, "energy_adder_usd_per_mwh": DELIVERY_USD_PER_MWH}
    pool = {"hardware": "b200-node", "max_utilisation": LOADED, "units_per_pod": POD}
    usable = PEAK_LOADED * LOADED * sum(nodes.values()) * 3.6e-6 / PEAK_OVER_MEAN
    blocks = {"max_units": BLOCKS, "max_units_per_year": A_YEAR}
    made = {
        "zones": [
            {"id": zone}
            | {f"limit_mw.{year}": round(now[zone] * share) for year, share in LIMIT.items()}
            | {"energy_price_usd_per_mwh": PRICE_USD_PER_MWH, "co2_kg_per_mwh": CO2_KG_PER_MWH}
            for zone in zones
        ],
        "sites": [
            {"id": f"{zone}-cloud", "name": name[zone], "zone": zone, **place[zone], **cloud}
            | {"it_limit_mw": round(room[zone])}
            for zone in zones
        ]
        + [
            {"id": key, "name": name[key], **place[key], **campus, "available_from": first}
            for key, (*_, first) in CAMPUSES.items()
        ],
        "pools": [
            {"site": f"{zone}-cloud", "existing_units": nodes[zone], **pool}
            | {"max_pods": int((room[zone] / NODE_MW - nodes[zone]) / POD)}
            for zone in zones
        ]
        + [
            {"site": key, **pool, "max_pods": int(most * TURBINE_MW / drawn_mw / POD)}
            for key, (_, most, *_) in CAMPUSES.items()
        ],
        "site_generators": [
            row
            for key, (there, most, a_year, gas, _) in CAMPUSES.items()
            for row in (
                {"site": key, "generator": "gas-turbine-34mw", "existing_units": there}
                | {"max_units": most - there, "max_units_per_year": a_year}
                | {"fuel_price_usd_per_mmbtu": gas, "lead_years": LEAD_YEARS},
                {"site": key, "generator": "solar-10mw", **blocks, "availability_profile": "solar"},
            )
        ],
        "site_storage": [{"site": key, "storage": "battery-4h-10mw", **blocks} for key in CAMPUSES],
        "workloads": [
            {
                "region": region,
                "class": group,
                "demand_gtok_per_h": round(people * NODES[group] * usable * rate, 1),
            }
            for region, people in REGIONS.items()
            for group, rate in TOKENS_PER_S.items()
        ],
    }
    return {name: pd.DataFrame(rows).convert_dtypes() for name, rows in made.items()}


def main() -> None:
    """Write the tables."""
    for name, rows in tables(pd.read_csv(HERE / "epoch.csv", comment="#")).items():
        rows.to_csv(HERE / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
