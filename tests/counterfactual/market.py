"""A market in closed form: rising supply, falling demand, and a fleet that serves at no cost.

Demand is ``q = 10 p**e`` Gtok/h, p in $/Mtok; supply of the cloud is a line through ($1/Mtok,
10 Gtok/h), cut into blocks.
"""

from typing import Any

import numpy as np
from scipy.optimize import brentq

from optimizer.schema.instance import Instance
from tests.counterfactual.cases import two_sites

QUANTITY = 10.0
SPREAD = 3.0
"""Gtok/h on either side of which supply blocks are fine."""


def market(
    elasticity: float, slope: float, fleet: float, block_mw: float, edits: dict[str, Any]
) -> Instance:
    """Supply at ``1 + slope (Q - 10)`` $/Mtok, in one block each below 7 and above 13 Gtok/h."""
    count = round(2 * SPREAD / block_mw)
    centres = -SPREAD + block_mw * (np.arange(count) + 0.5)
    lowest = slope * (centres[0] - block_mw)
    blocks = [
        {"size_mw": QUANTITY - SPREAD, "adder_usd_per_mwh": 0.0},
        *(
            {"size_mw": block_mw, "adder_usd_per_mwh": 1000 * (slope * one - lowest)}
            for one in centres
        ),
        {"size_mw": None, "adder_usd_per_mwh": 1000 * (slope * (SPREAD + block_mw) - lowest)},
    ]
    base = {
        "classes.chat.elasticity": elasticity,
        "classes.chat.reference_price_usd_per_mtok": 1,
        "zones.Z.energy_price_usd_per_mwh": 1000 * (1 + lowest),
        "zones.Z.supply_blocks": blocks,
        "zones.Y.energy_price_usd_per_mwh": 1,
        "sites.X.kind": "device",
    }
    return two_sites(QUANTITY, fleet, base | edits)


def meeting(
    elasticity: float, slope: float, free: float, extra: float = 0.0, markup: float = 0.0
) -> float:
    """Gtok/h of the cloud at which its price equals the value of the last token besides `free`.

    With a markup, in $/Mtok on top of the price, D is what people ask for at ``1 + markup``.
    """
    return float(
        brentq(
            lambda cloud: (
                (1 + markup) * ((cloud + free) / QUANTITY) ** (1 / elasticity)
                - markup
                - (1 + slope * (cloud - QUANTITY) + extra)
            ),
            QUANTITY - SPREAD,
            QUANTITY + SPREAD,
            xtol=1e-13,
        )
    )


def stepped_meeting(elasticity: float, slope: float, free: float, block_mw: float) -> float:
    """Gtok/h of the cloud if supply comes in the blocks of `market`, and demand is on its curve.

    Going up the blocks, supply meets demand within a block, or at the end of one.
    """
    count = round(2 * SPREAD / block_mw)
    start = QUANTITY - SPREAD
    for number in range(count):
        price = 1 + slope * (-SPREAD + block_mw * (number + 0.5))
        demanded = QUANTITY * price**elasticity - free if price > 0 else np.inf
        end = start + block_mw
        if demanded <= end:
            return max(demanded, start)
        start = end
    raise ValueError("demand exceeds the blocks")
