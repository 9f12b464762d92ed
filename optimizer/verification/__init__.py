"""Recomputes a plan from its instance alone; shares no code with the formulation.

`verify` reads the tables of a plan as claims: each is recomputed from the instance, and each limit
and price of the instance is applied to what is claimed.
"""

from optimizer.plan.plan import Plan
from optimizer.schema.instance import Instance
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import check_contracts
from optimizer.verification.deferral import check_deferral
from optimizer.verification.energy import check_energy
from optimizer.verification.failover import check_failover
from optimizer.verification.interconnection import check_interconnection
from optimizer.verification.investment import check_investment
from optimizer.verification.labels import check_labels
from optimizer.verification.money import check_money
from optimizer.verification.policy import check_policy
from optimizer.verification.prices import check_prices
from optimizer.verification.redundancy import check_redundancy
from optimizer.verification.service import check_service
from optimizer.verification.storage import check_storage
from optimizer.verification.violation import Violation

__all__ = ["Violation", "verify"]


def verify(instance: Instance, plan: Plan) -> list[Violation]:
    """Check a plan against an instance.

    Every column of every table is recomputed or compared with the instance, and each table must
    have one row for each of its keys (the placement only where there is flow).  Two things rest on
    the solver and are not verified: ``bound_usd``, of which only the consequences are, and the
    values of ``prices``.  Prices are duals, of which only the presence and finiteness are checked.

    Parameters
    ----------
    instance : Instance
        The instance that was solved.
    plan : Plan
        What is claimed.

    Returns
    -------
    list of Violation
        Empty if every constraint holds and every figure is recomputed within tolerance (a
        millionth of the figure, and no less than 1e-5 of its unit).  If a table cannot be read,
        only that is reported.  A plan without a solution claims nothing.
    """
    if not plan.has_point:
        return []
    claims, unreadable = Claims.read(instance, plan)
    if claims is None:
        return unreadable
    return [
        *check_labels(claims),
        *check_service(claims),
        *check_deferral(claims),
        *check_investment(claims),
        *check_interconnection(claims),
        *check_energy(claims),
        *check_contracts(claims),
        *check_policy(claims),
        *check_failover(claims),
        *check_redundancy(claims),
        *check_storage(claims),
        *check_money(claims),
        *check_prices(claims),
    ]
