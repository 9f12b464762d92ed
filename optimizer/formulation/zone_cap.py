"""Family 11, zone caps: a regulator's limit on the modelled load of a zone, by kind of site.

Apart from the zone's grid limit (family 6), so that it can be lifted and priced on its own.
"""

import numpy as np

from optimizer.formulation.layout import Layout
from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Writer


def add(case: Case, layout: Layout, writer: Writer) -> None:
    """``sum q <= cap`` over the sites that a cap counts, by (cap, y, slot)."""
    policy = case.policy
    shape = (len(policy.cap_mw), *layout.draw.shape[1:])
    rows = writer.add_rows("zone_cap", shape, -np.inf, policy.cap_mw[:, :, None]).index
    cap, site = np.nonzero(policy.cap_site)
    writer.add_entries(rows[cap], layout.draw.index[site], 1.0)
