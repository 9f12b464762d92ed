"""Where should AI inference run, and does placing it at the edge replace cloud load or add?

The public names load on first use, so that importing the package is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.calibration import calibrate
    from optimizer.calibration.result import Calibration
    from optimizer.counterfactual import displacement
    from optimizer.counterfactual.breakeven import Breakeven, breakeven
    from optimizer.counterfactual.results import Displacement
    from optimizer.diff import Comparison, compare
    from optimizer.errors import InputError, OptimizerError, SolverError, StoppedError
    from optimizer.export import to_pyomo, write_workbook
    from optimizer.load import load_instance
    from optimizer.load.dictionary import json_schema
    from optimizer.load.edits import Edit
    from optimizer.plan.plan import Plan, load_plan
    from optimizer.planner import solve
    from optimizer.schema.instance import Instance
    from optimizer.studies import Study
    from optimizer.templates import init
    from optimizer.verification import Violation, verify

_HOMES = {
    "Breakeven": "optimizer.counterfactual.breakeven",
    "Calibration": "optimizer.calibration.result",
    "Comparison": "optimizer.diff",
    "Displacement": "optimizer.counterfactual.results",
    "Edit": "optimizer.load.edits",
    "InputError": "optimizer.errors",
    "Instance": "optimizer.schema.instance",
    "OptimizerError": "optimizer.errors",
    "Plan": "optimizer.plan.plan",
    "SolverError": "optimizer.errors",
    "StoppedError": "optimizer.errors",
    "Study": "optimizer.studies",
    "Violation": "optimizer.verification",
    "breakeven": "optimizer.counterfactual.breakeven",
    "calibrate": "optimizer.calibration",
    "compare": "optimizer.diff",
    "displacement": "optimizer.counterfactual",
    "init": "optimizer.templates",
    "json_schema": "optimizer.load.dictionary",
    "load_instance": "optimizer.load",
    "load_plan": "optimizer.plan.plan",
    "solve": "optimizer.planner",
    "to_pyomo": "optimizer.export",
    "verify": "optimizer.verification",
    "write_workbook": "optimizer.export.workbook",
}

__all__ = [
    "Breakeven",
    "Calibration",
    "Comparison",
    "Displacement",
    "Edit",
    "InputError",
    "Instance",
    "OptimizerError",
    "Plan",
    "SolverError",
    "StoppedError",
    "Study",
    "Violation",
    "breakeven",
    "calibrate",
    "compare",
    "displacement",
    "init",
    "json_schema",
    "load_instance",
    "load_plan",
    "solve",
    "to_pyomo",
    "verify",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
