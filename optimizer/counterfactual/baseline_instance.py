"""World 0 as an instance of its own, so that its plan is verified like any other."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.counterfactual.scope import Scope
from optimizer.counterfactual.worlds import reachable
from optimizer.problem.parameters.case import Case
from optimizer.schema.base import at_year
from optimizer.schema.demand import Workload
from optimizer.schema.instance import Instance


def without_intervention(case: Case, scope: Scope) -> Instance:
    """Return the instance less the intervention's sites and models.

    World 0 asks nothing of workloads that must be served, in years in which nothing else
    reaches them; those that nothing else ever reaches are dropped.
    """
    instance, models = case.instance, set(scope.intervention.models)
    gone = {site.id for site, new in zip(instance.sites, scope.site, strict=True) if new}
    asked = _asked(case, scope)
    return instance.model_copy(
        update={
            "sites": tuple(site for site in instance.sites if site.id not in gone),
            "pools": tuple(pool for pool in instance.pools if pool.site not in gone),
            "site_generators": tuple(g for g in instance.site_generators if g.site not in gone),
            "training_runs": tuple(r for r in instance.training_runs if r.site not in gone),
            "contracts": tuple(one for one in instance.contracts if one.site not in gone),
            "site_storage": tuple(v for v in instance.site_storage if v.site not in gone),
            "links": tuple(link for link in instance.links if link.site not in gone),
            "serving": tuple(c for c in instance.serving if c.model not in models),
            "workloads": tuple(
                _asked_in(workload, case.horizon.years, years)
                for workload, years in zip(instance.workloads, asked, strict=True)
                if years.any()
            ),
            "interventions": (),
            "assumptions": (),
        }
    )


def demand_without(case: Case, scope: Scope) -> Case:
    """Return the case with no demand where world 0 asks for none."""
    level = np.where(_asked(case, scope)[:, :, None], case.demand.level, 0.0)
    return replace(case, demand=replace(case.demand, level=level))


def _asked(case: Case, scope: Scope) -> np.ndarray:
    """Whether world 0 asks for a workload's demand in a year, shape (W, Y)."""
    return np.asarray(reachable(case, ~scope.arc) | ~case.demand.must_serve[:, None])


def _asked_in(workload: Workload, years: tuple[int, ...], asked: np.ndarray) -> Workload:
    """Return a workload without demand in the years in which nothing is asked, shape (Y,)."""
    if asked.all():
        return workload
    demand = {
        year: at_year(workload.demand_gtok_per_h, year) if some else 0.0
        for year, some in zip(years, asked, strict=True)
    }
    return workload.model_copy(update={"demand_gtok_per_h": demand})


def tables_without(
    tables: Mapping[str, pd.DataFrame], stripped: Instance
) -> dict[str, pd.DataFrame]:
    """Return a plan's tables with only what the stripped instance has."""
    sites = {site.id for site in stripped.sites}
    workloads = {(w.region, w.workload_class) for w in stripped.workloads}
    contracts = {contract.id for contract in stripped.contracts}
    kept = {}
    for name, table in tables.items():
        some = table
        if "contract" in table:
            some = some.loc[some["contract"].isin(contracts).astype(bool)]
        if "site" in table:
            some = some.loc[some["site"].isin(sites).astype(bool)]
        if "class" in table:
            keys = zip(some["region"], some["class"], strict=True)
            some = some.loc[np.array([key in workloads for key in keys], dtype=bool)]
        kept[name] = some.reset_index(drop=True)
    return kept
