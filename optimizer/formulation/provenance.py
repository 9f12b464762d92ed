"""The fields of an instance behind each number of the program.

Addresses are those of ``--set``.  Braces hold ids of the row and the column, and the class of a
workload, the hardware of a configuration and the zone of a site that follow from them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Label

DEMAND = "workloads.{workload}.demand_gtok_per_h"
RATE = "serving.{configuration}.tokens_per_s"
LOADS = (RATE, "serving.{configuration}.token_multiplier")
USABLE = ("pools.{site}/{hardware}.duty_cycle", "pools.{site}/{hardware}.max_utilisation")
DRAWS = ("serving.{configuration}.loaded_w", RATE, "sites.{site}.pue")
OUTPUT = (
    "generators.{generator}.unit_mw",
    "site_generators.{site}/{generator}.availability_profile",
)
STORED = "site_storage.{site}/{storage}.existing_units"
HEADROOM = ("zones.{zone}.limit_mw", "zones.{zone}.capacity_mw")
DERATE = "storage.{storage}.derate"
ACCREDITED = ("storage.{storage}.unit_mw", DERATE)

ENTRIES: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("demand", "accepted"): (DEMAND,),
        ("demand", "deferred"): ("time.hours_per_step",),
        ("at_once", "accepted"): (DEMAND, "classes.{class}.flexible_share"),
        ("deadline", "accepted"): (DEMAND, "classes.{class}.flexible_share"),
        ("deadline", "deferred"): ("time.hours_per_step",),
        ("capacity", "flow"): LOADS,
        ("capacity", "in_use"): USABLE,
        ("site_power", "flow"): DRAWS,
        ("site_power", "in_use"): ("hardware.{hardware}.idle_w", "sites.{site}.pue"),
        ("site_power", "is_open"): ("sites.{site}.fixed_load_mw",),
        ("accredited_peak", "peak"): ("capacity_areas.{area}.forecast_pool_requirement",),
        ("output", "is_open"): ("site_generators.{site}/{generator}.existing_units",),
        ("output", "units_built"): OUTPUT,
        ("redundancy", "units_built"): (
            "generators.{generator}.unit_mw",
            "generators.{generator}.derate",
        ),
        ("redundancy", "is_open"): ("sites.{site}.redundant_units",),
        ("unit_if_open", "is_open"): ("site_generators.{site}/{generator}.max_units",),
        ("surviving", "is_open"): ("pools.{site}/{hardware}.existing_units",),
        ("surviving", "built"): ("pools.{site}/{hardware}.units_per_pod",),
        ("space", "is_open"): ("sites.{site}.it_limit_mw",),
        ("space", "built"): (
            "hardware.{hardware}.loaded_w",
            "pools.{site}/{hardware}.units_per_pod",
        ),
        ("build_if_open", "is_open"): ("pools.{site}/{hardware}.max_pods",),
        ("sits", "placed"): (DEMAND, "classes.{class}.max_demand_multiple"),
        ("storage_power", "is_open"): (STORED,),
        ("storage_power", "storage_built"): ("storage.{storage}.unit_mw",),
        ("storage_energy", "is_open"): (STORED,),
        ("storage_energy", "storage_built"): ("storage.{storage}.unit_mwh",),
        ("storage_state", "charge"): ("storage.{storage}.charge_efficiency",),
        ("storage_state", "discharge"): ("storage.{storage}.discharge_efficiency",),
        ("storage_if_open", "is_open"): ("site_storage.{site}/{storage}.max_units",),
        ("standby_given", "standby"): ("storage.{storage}.discharge_efficiency",),
        ("standby_taken", "standby"): ("storage.{storage}.charge_efficiency",),
        ("standby_discharge", "is_open"): (STORED,),
        ("standby_discharge", "storage_built"): ACCREDITED,
        ("standby_charge", "is_open"): (STORED,),
        ("standby_charge", "storage_built"): ACCREDITED,
        ("standby_energy", "is_open"): (STORED,),
        ("standby_energy", "storage_built"): ("storage.{storage}.unit_mwh", DERATE),
        ("one_way", "charging"): ("site_storage.{site}/{storage}.max_units",),
        ("interconnection", "is_open"): ("sites.{site}.existing_interconnection_mw",),
        ("interconnection", "connection_built"): ("sites.{site}.interconnection_step_mw",),
        ("connection_if_open", "is_open"): ("sites.{site}.interconnection_step_mw",),
        ("co2_cap", "draw"): ("zones.{zone}.co2_kg_per_mwh",),
        ("co2_cap", "generation"): ("generators.{generator}.co2_kg_per_mwh",),
        ("capital_budget", "built"): ("hardware.{hardware}.capex_usd",),
        ("capital_budget", "units_built"): ("generators.{generator}.capex_usd_per_kw",),
        ("capital_budget", "storage_built"): ("storage.{storage}.capex_usd_per_kwh",),
        ("capital_budget", "connection_built"): ("sites.{site}.interconnection_cost_usd_per_mw",),
        ("capital_budget", "is_open"): ("sites.{site}.opening_cost_usd",),
        ("edge_share", "served"): ("policy.min_edge_share",),
        ("edge_share", "flow"): ("time.hours_per_step",),
        ("failover_idle", "flow"): LOADS,
        ("failover_idle", "in_use"): USABLE,
        ("failover_room", "takeover"): LOADS,
        ("failover_grid", "takeover"): DRAWS,
        ("failover_generation", "takeover"): DRAWS,
        ("failover_generation", "is_open"): ("site_generators.*.existing_units",),
        ("failover_generation", "units_built"): OUTPUT,
        ("failover_connection", "takeover"): DRAWS,
        ("failover_connection", "is_open"): ("sites.{site}.existing_interconnection_mw",),
        ("failover_connection", "connection_built"): ("sites.{site}.interconnection_step_mw",),
        ("linking", "is_open"): (DEMAND, "classes.{class}.max_demand_multiple"),
    }
)
"""Fields behind a matrix coefficient, by block of rows and block of columns."""

WORTH: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("value", "accepted"): (DEMAND, "classes.{class}.choke_price_usd_per_mtok"),
        ("shed", "shed"): (
            "classes.{class}.choke_price_usd_per_mtok",
            "classes.{class}.shed_penalty_usd_per_mtok",
        ),
        ("network", "flow"): (
            "network.cost_usd_per_mtok",
            "sites.{site}.serving_cost_usd_per_mtok",
        ),
        ("energy", "draw"): (
            "zones.{zone}.energy_price_usd_per_mwh",
            "sites.{site}.energy_adder_usd_per_mwh",
        ),
        ("energy", "block_draw"): ("zones.{zone}.supply_blocks",),
        ("fuel", "generation"): (
            "site_generators.{site}/{generator}.fuel_price_usd_per_mmbtu",
            "generators.{generator}.heat_rate_mmbtu_per_mwh",
        ),
        ("co2", "draw"): ("policy.co2_price_usd_per_t",),
        ("co2", "generation"): ("policy.co2_price_usd_per_t",),
        ("operation", "built"): ("hardware.{hardware}.operation_usd_per_unit_year",),
        ("operation", "is_open"): ("hardware.*.operation_usd_per_unit_year",),
        ("operation", "units_built"): ("generators.{generator}.fixed_om_usd_per_kw_year",),
        ("operation", "generation"): ("generators.{generator}.variable_om_usd_per_mwh",),
        ("capacity", "peak"): ("capacity_areas.{area}.capacity_price_usd_per_mw_day",),
        ("hardware", "built"): ("hardware.{hardware}.capex_usd",),
        ("generators", "units_built"): ("generators.{generator}.capex_usd_per_kw",),
        ("operation", "storage_built"): ("storage.{storage}.fixed_om_usd_per_kw_year",),
        ("operation", "discharge"): ("storage.{storage}.variable_om_usd_per_mwh",),
        ("storage", "storage_built"): (
            "storage.{storage}.capex_usd_per_kw",
            "storage.{storage}.capex_usd_per_kwh",
        ),
        ("energy", "contract_draw"): ("contracts.{contract}.price_usd_per_mwh",),
        ("interconnection", "connection_built"): ("sites.{site}.interconnection_cost_usd_per_mw",),
        ("opening", "is_open"): (
            "sites.{site}.opening_cost_usd",
            "sites.{site}.fixed_cost_usd_per_year",
        ),
    }
)
"""Fields behind a coefficient of the objective, by its part and block of columns."""

LIMITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "accepted": ("classes.{class}.max_demand_multiple",),
        "built": ("pools.{site}/{hardware}.max_pods",),
        "block_draw": ("zones.{zone}.supply_blocks",),
        "units_built": ("site_generators.{site}/{generator}.max_units",),
        "grid_limit": HEADROOM,
        "failover_grid": HEADROOM,
        "accredited_peak": ("capacity_areas.{area}.procured_ucap_mw",),
        "pod_limit": ("pools.{site}/{hardware}.max_pods",),
        "unit_limit": ("site_generators.{site}/{generator}.max_units",),
        "storage_built": ("site_storage.{site}/{storage}.max_units",),
        "storage_limit": ("site_storage.{site}/{storage}.max_units",),
        "contract_limit": ("contracts.{contract}.limit_mw",),
        "zone_cap": ("zone_caps.{cap}.cap_mw",),
        "co2_cap": ("policy.co2_cap_t_per_year",),
        "capital_budget": ("policy.capital_budget_usd_per_year",),
        "open_sites": ("policy.max_open_sites",),
    }
)
"""Fields behind a bound, by block of columns or of rows."""


def fields(templates: tuple[str, ...], case: Case, ids: Mapping[str, Label]) -> str:
    """Addresses of the fields with ids filled in, joined by "or"; empty if there are none.

    Parameters
    ----------
    templates : tuple of str
        From one of the tables here.
    case : Case
    ids : mapping
        Ids of the row and the column by dimension; see `optimizer.solvers.milp.Block.ids`.
    """
    known = dict(ids)
    if "workload" in known:
        known["class"] = str(known["workload"]).split("/")[1]
    if "configuration" in known:
        hardware = {row.id: row.hardware for row in case.instance.serving}
        known["hardware"] = hardware[str(known["configuration"])]
    if "site" in known and "zone" not in known:
        zones = {site.id: site.zone or "" for site in case.instance.sites}
        known["zone"] = zones[str(known["site"])]
    return " or ".join(template.format_map(known) for template in templates)
