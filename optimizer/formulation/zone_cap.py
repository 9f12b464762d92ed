"""Family 11, zone caps: a regulator's limit on the modelled load of a zone, by kind of site.

It is separate from the zone's grid limit (family 6), so that it can be lifted and priced alone.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.writer import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum q <= cap`` over the sites that a cap counts, for each (cap, y, slot)."""
    policy, axes = case.policy, (layout.axes.caps, *layout.axes.by_slot)
    rows = writer.add_rows("zone_cap", axes, -np.inf, policy.cap_mw[:, :, None]).index
    cap, site = np.nonzero(policy.cap_site)
    writer.add_entries(rows[cap], layout.draw.index[site], 1.0)
