"""World 0 as an instance of its own, so that its plan is verified like any other."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimizer.counterfactual.scope import Scope
from optimizer.parameters.case import Case
from optimizer.schema.instance import Instance


def without_intervention(case: Case, scope: Scope) -> Instance:
    """Return the instance less the intervention's sites and models.

    Workloads that must be served and that nothing else reaches in some year are dropped too:
    world 0 asks nothing for them.
    """
    instance, models = case.instance, set(scope.intervention.models)
    gone = {site.id for site, new in zip(instance.sites, scope.site, strict=True) if new}
    kept = [
        w
        for w, (workload, forced) in enumerate(
            zip(instance.workloads, case.demand.must_serve, strict=True)
        )
        if not forced or _reached(case, scope, w)
    ]
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
            "workloads": tuple(instance.workloads[w] for w in kept),
            "interventions": (),
            "assumptions": (),
        }
    )


def _reached(case: Case, scope: Scope, workload: int) -> bool:
    arcs = ~scope.arc & (case.arcs.workload == workload)
    return bool(case.arc.available[arcs].any(axis=0).all())


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
