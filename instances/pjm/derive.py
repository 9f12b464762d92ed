"""Derive the committed tables of this instance from the raw files they come from.

    python instances/pjm/derive.py SOURCE_DIR

reads four files of SOURCE_DIR (see docs/data-sources.md) and writes, beside this script:

- ``hourly_load_per_unit.csv``: 8760 hours x 10 zones, load over the zone's peak;
- ``cleaned_hours.csv``: every hour of the load that was replaced, before and after;
- ``zones_2017.csv``: peak, energy and share of energy by zone, before scaling;
- ``demand_profiles.csv``: 24 hours x 3 profiles of requests, mean one;
- ``network_fit.csv``: the round trip that the fit gives where one was measured.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
HOURS = pd.date_range("2017-01-01 00:00", "2017-12-31 23:00", freq="h")
OUTLIER = 0.10
"""An hour further than this from the mean of its neighbours, and outside them, is an error."""

TROUGH_LOCAL_HOUR = 4
"""The traces do not say what their clock is: the quietest hours are taken to be the night."""

PROFILES = {
    "interactive": "language/m-small",
    "business": "language/m-large",
    "programmatic": "language/m-mid",
}


def cleaned(load: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Whole year without gaps or spikes, and a row for every value that was replaced.

    Parameters
    ----------
    load : pandas.DataFrame, (hours, zones), MW
        Indexed by Eastern prevailing time, as published.
    """
    whole = load.reindex(HOURS)
    filled = whole.interpolate()
    changes = [
        (hour, zone, None, filled.at[hour, zone])
        for zone in whole.columns
        for hour in whole.index[whole[zone].isna()]
    ]
    whole = filled
    before, after = whole.shift(1), whole.shift(-1)
    middle = (before + after) / 2
    outside = (whole < np.minimum(before, after)) | (whole > np.maximum(before, after))
    wrong = outside & ((whole / middle - 1).abs() > OUTLIER)
    for zone in whole.columns:
        for hour in whole.index[wrong[zone]]:
            # A bad hour makes its neighbours look bad: only the worst of a run is replaced.
            run = slice(hour - pd.Timedelta(hours=1), hour + pd.Timedelta(hours=1))
            if (whole[zone] / middle[zone] - 1).abs().loc[run].idxmax() == hour:
                changes.append((hour, zone, whole.at[hour, zone], middle.at[hour, zone]))
                whole.at[hour, zone] = middle.at[hour, zone]
    columns = ["datetime_ept", "zone", "published_mw", "used_mw"]
    return whole, pd.DataFrame(changes, columns=columns)


def demand_profile(rate: pd.Series) -> np.ndarray:
    """Mean day of a trace, mean one, turned so that its quietest three hours end the night.

    Parameters
    ----------
    rate : pandas.Series
        Requests a second, indexed by seconds since the start of the trace.
    """
    day = rate.groupby((rate.index // 3600) % 24).mean().to_numpy()
    smooth = (np.roll(day, 1) + day + np.roll(day, -1)) / 3
    turned = np.roll(day, TROUGH_LOCAL_HOUR - int(smooth.argmin()))
    return turned / turned.mean()


def main(source: Path) -> None:
    """Write the five tables."""
    raw = pd.read_csv(source / "pjm_zonal_hourly_2017_mw.csv", index_col=0, parse_dates=True)
    load, changes = cleaned(raw)
    changes.round({"published_mw": 0, "used_mw": 0}).to_csv(HERE / "cleaned_hours.csv", index=False)
    shape = (load / load.max()).round(4)
    shape.insert(0, "hour", range(len(shape)))
    shape.to_csv(HERE / "hourly_load_per_unit.csv", index=False)

    energy = load.sum() / 1e6
    zones = pd.DataFrame(
        {
            "peak_mw": load.max().round(0),
            "peak_at_rto_peak_mw": load.loc[load.sum(axis=1).idxmax()].round(0),
            "energy_twh": energy.round(3),
            "energy_share": (energy / energy.sum()).round(4),
        }
    )
    zones.to_csv(HERE / "zones_2017.csv", index_label="zone")

    trace = pd.read_csv(source / "servegen_rate_10min.csv").pivot(
        index="t_seconds", columns="category", values="req_per_s_sum_over_clients"
    )
    profiles = pd.DataFrame(
        {name: demand_profile(trace[column].dropna()) for name, column in PROFILES.items()}
    ).round(4)
    profiles.to_csv(HERE / "demand_profiles.csv", index_label="hour")

    rtt = pd.read_csv(source / "aws_cloudping_p50_1y_matrix_ms.csv", index_col=0)
    clouds = pd.read_csv(source / "cloud_regions_city_latlon_gco2kwh.csv").query(
        "provider == 'aws'"
    )
    places = clouds.set_index("region")[["lat", "lon"]]
    rows = []
    for a, b in (("us-east-1", "us-east-2"), ("us-east-1", "us-west-2")):
        km = great_circle_km(*places.loc[a], *places.loc[b])
        rows.append(
            {
                "from": a,
                "to": b,
                "distance_km": round(km),
                "measured_ms": round((rtt.at[a, b] + rtt.at[b, a]) / 2, 1),
                "fit_ms": round(16.3 + 0.01435 * km, 1),
            }
        )
    pd.DataFrame(rows).to_csv(HERE / "network_fit.csv", index=False)


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance over a sphere of 6371 km, from degrees."""
    p1, l1, p2, l2 = np.radians([lat1, lon1, lat2, lon2])
    chord = np.sin((p2 - p1) / 2) ** 2 + np.cos(p1) * np.cos(p2) * np.sin((l2 - l1) / 2) ** 2
    return float(2 * 6371.0 * np.arcsin(np.sqrt(chord)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python instances/pjm/derive.py SOURCE_DIR")
    main(Path(sys.argv[1]))
