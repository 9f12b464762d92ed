"""The fields of an instance behind each number of the program.

Addresses are those of ``--set``, joined by "or".  Braces hold ids of the row and the column, and
the class of a workload, the hardware of a configuration and the zone of a site that follow.
"""

from collections.abc import Mapping

from optimizer.problem.parameters.case import Case
from optimizer.solvers.milp import Label

DEMAND = "workloads.{workload}.demand_gtok_per_h"
FLEXIBLE = f"{DEMAND} or classes.{{class}}.flexible_share"
LARGEST = f"{DEMAND} or classes.{{class}}.max_demand_multiple"
CHOKE = "classes.{class}.choke_price_usd_per_mtok"
RATE = "serving.{configuration}.tokens_per_s"
LOADS = f"{RATE} or serving.{{configuration}}.token_multiplier"
DRAWS = f"serving.{{configuration}}.loaded_w or {RATE} or sites.{{site}}.pue"
POOL = "pools.{site}/{hardware}"
USABLE = f"{POOL}.duty_cycle or {POOL}.max_utilisation"
UNIT = "generators.{generator}"
UNITS = "site_generators.{site}/{generator}"
OUTPUT = f"{UNIT}.unit_mw or {UNITS}.availability_profile"
STORE = "storage.{storage}"
STORES = "site_storage.{site}/{storage}"
ACCREDITED = f"{STORE}.unit_mw or {STORE}.derate"
CONNECTION = "sites.{site}.interconnection_cost_usd_per_mw"
HEADROOM = "zones.{zone}.limit_mw or zones.{zone}.capacity_mw"
CO2_PRICE = "policy.co2_price_usd_per_t"
STEP = "time.hours_per_step"

ENTRIES = {
    ("demand", "accepted"): DEMAND,
    ("demand", "deferred"): STEP,
    ("at_once", "accepted"): FLEXIBLE,
    ("deadline", "accepted"): FLEXIBLE,
    ("deadline", "deferred"): STEP,
    ("capacity", "flow"): LOADS,
    ("capacity", "from_hub"): LOADS,
    ("capacity", "in_use"): USABLE,
    ("site_power", "flow"): DRAWS,
    ("site_power", "from_hub"): DRAWS,
    ("site_power", "in_use"): "hardware.{hardware}.idle_w or sites.{site}.pue",
    ("site_power", "is_open"): "sites.{site}.fixed_load_mw",
    ("accredited_peak", "peak"): "capacity_areas.{area}.forecast_pool_requirement",
    ("output", "is_open"): f"{UNITS}.existing_units",
    ("output", "units_built"): OUTPUT,
    ("redundancy", "units_built"): f"{UNIT}.unit_mw or {UNIT}.derate",
    ("redundancy", "is_open"): "sites.{site}.redundant_units",
    ("unit_if_open", "is_open"): f"{UNITS}.max_units",
    ("surviving", "is_open"): f"{POOL}.existing_units",
    ("surviving", "built"): f"{POOL}.units_per_pod",
    ("space", "is_open"): "sites.{site}.it_limit_mw",
    ("space", "built"): f"hardware.{{hardware}}.loaded_w or {POOL}.units_per_pod",
    ("build_if_open", "is_open"): f"{POOL}.max_pods",
    ("sits", "placed"): LARGEST,
    ("storage_power", "is_open"): f"{STORES}.existing_units",
    ("storage_power", "storage_built"): f"{STORE}.unit_mw",
    ("storage_energy", "is_open"): f"{STORES}.existing_units",
    ("storage_energy", "storage_built"): f"{STORE}.unit_mwh",
    ("storage_state", "charge"): f"{STORE}.charge_efficiency",
    ("storage_state", "discharge"): f"{STORE}.discharge_efficiency",
    ("storage_if_open", "is_open"): f"{STORES}.max_units",
    ("standby_given", "standby"): f"{STORE}.discharge_efficiency",
    ("standby_taken", "standby"): f"{STORE}.charge_efficiency",
    ("standby_discharge", "is_open"): f"{STORES}.existing_units",
    ("standby_discharge", "storage_built"): ACCREDITED,
    ("standby_charge", "is_open"): f"{STORES}.existing_units",
    ("standby_charge", "storage_built"): ACCREDITED,
    ("standby_energy", "is_open"): f"{STORES}.existing_units",
    ("standby_energy", "storage_built"): f"{STORE}.unit_mwh or {STORE}.derate",
    ("one_way", "charging"): f"{STORES}.max_units",
    ("interconnection", "is_open"): "sites.{site}.existing_interconnection_mw",
    ("interconnection", "connection_built"): "sites.{site}.interconnection_step_mw",
    ("connection_if_open", "is_open"): "sites.{site}.interconnection_step_mw",
    ("co2_cap", "draw"): "zones.{zone}.co2_kg_per_mwh or zones.{zone}.hourly_co2_kg_per_mwh",
    ("co2_cap", "generation"): f"{UNIT}.co2_kg_per_mwh",
    ("capital_budget", "built"): "hardware.{hardware}.capex_usd",
    ("capital_budget", "units_built"): f"{UNIT}.capex_usd_per_kw",
    ("capital_budget", "storage_built"): f"{STORE}.capex_usd_per_kwh",
    ("capital_budget", "connection_built"): CONNECTION,
    ("capital_budget", "is_open"): "sites.{site}.opening_cost_usd",
    ("edge_share", "served"): "policy.min_edge_share",
    ("edge_share", "flow"): STEP,
    ("edge_share", "from_hub"): STEP,
    ("failover_idle", "flow"): LOADS,
    ("failover_idle", "from_hub"): LOADS,
    ("failover_idle", "in_use"): USABLE,
    ("failover_room", "takeover"): LOADS,
    ("failover_grid", "takeover"): DRAWS,
    ("failover_generation", "takeover"): DRAWS,
    ("failover_generation", "is_open"): "site_generators.*.existing_units",
    ("failover_generation", "units_built"): OUTPUT,
    ("failover_connection", "takeover"): DRAWS,
    ("failover_connection", "is_open"): "sites.{site}.existing_interconnection_mw",
    ("failover_connection", "connection_built"): "sites.{site}.interconnection_step_mw",
    ("linking", "is_open"): LARGEST,
    ("hub_linking", "is_open"): "classes.*.max_demand_multiple or workloads.*.demand_gtok_per_h",
}
"""Fields behind a matrix coefficient, by block of rows and block of columns."""

WORTH = {
    ("value", "accepted"): f"{DEMAND} or {CHOKE}",
    ("shed", "shed"): f"{CHOKE} or classes.{{class}}.shed_penalty_usd_per_mtok",
    ("network", "flow"): "network.cost_usd_per_mtok or sites.{site}.serving_cost_usd_per_mtok",
    ("network", "from_hub"): "network.cost_usd_per_mtok or sites.{site}.serving_cost_usd_per_mtok",
    ("network", "to_hub"): "network.cost_usd_per_mtok",
    ("energy", "draw"): "zones.{zone}.energy_price_usd_per_mwh,"
    " zones.{zone}.hourly_price_usd_per_mwh or sites.{site}.energy_adder_usd_per_mwh",
    ("energy", "block_draw"): "zones.{zone}.supply_blocks",
    ("energy", "contract_draw"): "contracts.{contract}.price_usd_per_mwh",
    ("fuel", "generation"): f"{UNITS}.fuel_price_usd_per_mmbtu or {UNIT}.heat_rate_mmbtu_per_mwh",
    ("co2", "draw"): CO2_PRICE,
    ("co2", "generation"): CO2_PRICE,
    ("operation", "built"): "hardware.{hardware}.operation_usd_per_unit_year",
    ("operation", "is_open"): "hardware.*.operation_usd_per_unit_year",
    ("operation", "units_built"): f"{UNIT}.fixed_om_usd_per_kw_year",
    ("operation", "generation"): f"{UNIT}.variable_om_usd_per_mwh",
    ("operation", "storage_built"): f"{STORE}.fixed_om_usd_per_kw_year",
    ("operation", "discharge"): f"{STORE}.variable_om_usd_per_mwh",
    ("capacity", "peak"): "capacity_areas.{area}.capacity_price_usd_per_mw_day",
    ("hardware", "built"): "hardware.{hardware}.capex_usd",
    ("generators", "units_built"): f"{UNIT}.capex_usd_per_kw",
    ("storage", "storage_built"): f"{STORE}.capex_usd_per_kw or {STORE}.capex_usd_per_kwh",
    ("interconnection", "connection_built"): CONNECTION,
    ("opening", "is_open"): "sites.{site}.opening_cost_usd or sites.{site}.fixed_cost_usd_per_year",
}
"""Fields behind a coefficient of the objective, by its part and block of columns."""

LIMITS = {
    "accepted": "classes.{class}.max_demand_multiple",
    "built": f"{POOL}.max_pods",
    "block_draw": "zones.{zone}.supply_blocks",
    "units_built": f"{UNITS}.max_units",
    "grid_limit": HEADROOM,
    "failover_grid": HEADROOM,
    "accredited_peak": "capacity_areas.{area}.procured_ucap_mw",
    "pod_limit": f"{POOL}.max_pods",
    "unit_limit": f"{UNITS}.max_units",
    "storage_built": f"{STORES}.max_units",
    "storage_limit": f"{STORES}.max_units",
    "contract_limit": "contracts.{contract}.limit_mw",
    "zone_cap": "zone_caps.{cap}.cap_mw",
    "co2_cap": "policy.co2_cap_t_per_year",
    "capital_budget": "policy.capital_budget_usd_per_year",
    "open_sites": "policy.max_open_sites",
}
"""Fields behind a bound, by block of columns or of rows."""


def fields(template: str, case: Case, ids: Mapping[str, Label]) -> str:
    """Addresses of the fields with ids filled in.

    Parameters
    ----------
    template : str
        From one of the tables here, or empty if no table has the number.
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
    return template.format_map(known)
