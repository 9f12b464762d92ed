"""Coordinates with a wrong sign, and round trips that cannot be right, are warned of."""

import pytest

from optimizer.load.place_checks import place_warnings
from tests.factory import Edits, one_site


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({}, ""),
        ({"sites.C": {"latitude_deg": 39, "longitude_deg": -77.5}}, ""),
        ({"sites.C": {"latitude_deg": 39, "longitude_deg": 77.5}},
         "from E (longitude_deg -77.5, with the other sign, would be close)"),
        ({"sites.C": {"latitude_deg": -39, "longitude_deg": -77.5}},
         "from E (latitude_deg 39, with the other sign, would be close)"),
        ({"sites.C": {"latitude_deg": -77.5, "longitude_deg": 39}},
         "from E (latitude_deg and longitude_deg the other way round would be close)"),
        ({"sites.C": {"latitude_deg": 48, "longitude_deg": 11}}, "km from E"),
        ({"sites.C": {"region": None, "latitude_deg": 39, "longitude_deg": 77.5}},
         "a place is far from all others: regions.E is at 40, -75"),
        ({"regions.F": {"latitude_deg": 41, "longitude_deg": 78}},
         "regions.F is at 41, 78"),
        ({"regions.F": {"latitude_deg": 48, "longitude_deg": 11}}, ""),
    ],
)  # fmt: skip
def test_a_place_far_off_is_warned_of_with_the_sign_that_was_lost(
    edits: Edits, expected: str
) -> None:
    warnings = place_warnings(one_site(edits))
    assert bool(warnings) == bool(expected)
    assert expected in " ".join(warnings)


@pytest.mark.parametrize(
    ("links", "warned"),
    [
        ([{"region": "E", "site": "D", "rtt_ms": 20}], True),
        ([{"region": "E", "site": "D", "rtt_ms": 50}], False),
        ([{"region": "E", "site": "C", "rtt_ms": 1}, {"region": "E", "site": "D", "rtt_ms": 20}],
         False),
        ([{"region": "E", "site": "C", "rtt_ms": 20}], False),
        ([{"region": "E", "site": "D", "cost_usd_per_mtok": 1}], False),
    ],
)  # fmt: skip
def test_an_estimate_slower_than_a_measurement_farther_away_is_warned_of(
    links: list[dict[str, object]], warned: bool
) -> None:
    """C is in the region itself, 30 ms by estimate; D is a degree of latitude north of it."""
    instance = one_site(
        {
            "network": {"base_ms": 30, "ms_per_km": 0.01},
            "sites.D": {"kind": "cloud", "zone": "Z", "latitude_deg": 41, "longitude_deg": -75},
            "pools.D/node": {"existing_units": 1},
            "links": links,
        }
    )
    warnings = place_warnings(instance)
    assert bool(warnings) == warned
    if warned:
        assert warnings[0].endswith(
            "E to C, 0 km, 30.0 ms estimated, but to D, 111 km, 20 ms measured"
        )
