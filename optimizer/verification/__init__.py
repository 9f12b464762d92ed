"""Recomputes a plan from its instance, and a displacement from its plans; nothing else.

Shares no code with the formulation.

`verify` reads the tables of a plan as claims: each is recomputed from the instance, and each limit
and price of the instance is applied to what is claimed.
"""

from dataclasses import replace

from optimizer.plan.plan import Plan
from optimizer.schema.instance import Instance
from optimizer.verification.claims import Claims
from optimizer.verification.contracts import check_contracts
from optimizer.verification.deferral import check_deferral
from optimizer.verification.energy import check_energy
from optimizer.verification.failover import check_failover
from optimizer.verification.interconnection import check_interconnection
from optimizer.verification.intervention_result import ComparedWorlds, check_result
from optimizer.verification.investment import check_investment
from optimizer.verification.labels import check_labels
from optimizer.verification.money import check_money
from optimizer.verification.policy import check_policy
from optimizer.verification.prices import check_prices
from optimizer.verification.redundancy import check_redundancy
from optimizer.verification.service import check_service
from optimizer.verification.storage import check_storage
from optimizer.verification.violation import Violation

__all__ = ["Violation", "verify", "verify_plan", "verify_result"]


def verify(instance: Instance, claimed: Plan | ComparedWorlds) -> list[Violation]:
    """Check a plan, or the result of an intervention, against an instance.

    Every column of every table is recomputed or compared with the instance, and each table must
    have one row for each of its keys (the placement only where there is flow).  Two things rest on
    the solver and are not verified: ``bound_usd``, of which only the consequences are, and the
    values of ``prices``.  Prices are duals, of which only the presence and finiteness are checked.

    Of a displacement, both plans are checked, that their worlds are the instance without and with
    the intervention, and every figure and word that follows from them.  Intervals, refill and
    attribution rest on other worlds or on the solver: only their consequences are checked.

    Parameters
    ----------
    instance : Instance
        The instance that was solved.
    claimed : Plan, Displacement, ReboundResult or GridReturnResult

    Returns
    -------
    list of Violation
        Empty if every constraint holds and every figure is recomputed within tolerance (a
        millionth of the figure, and no less than 1e-5 of its unit).  If a table cannot be read,
        only that is reported.  A plan without a solution claims nothing.
    """
    if isinstance(claimed, Plan):
        return verify_plan(instance, claimed)
    return verify_result(claimed, instance)


def verify_result(result: ComparedWorlds, instance: Instance | None = None) -> list[Violation]:
    """Check the result of an intervention and its plans; see `verify`.

    Parameters
    ----------
    result : Displacement, ReboundResult or GridReturnResult
    instance : Instance, optional
        The instance that was compared.  Without it, as in a saved folder, the worlds are checked
        against each other.
    """
    violations = [
        replace(violation, where=f"world-{key}: {violation.where}")
        for key, plan in sorted(result.plans.items())
        for violation in verify_plan(plan.instance, plan)
    ]
    return violations or check_result(result, instance)


def verify_plan(instance: Instance, plan: Plan) -> list[Violation]:
    """Check a plan against an instance; see `verify`."""
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
