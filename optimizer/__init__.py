"""Where should AI inference run, and does placing it at the edge replace cloud load or add to it?

The public names load on first use, so that importing the package is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optimizer.calibration import calibrate as calibrate
    from optimizer.calibration.result import Calibration as Calibration
    from optimizer.counterfactual import displacement as displacement
    from optimizer.counterfactual.breakeven import Breakeven as Breakeven
    from optimizer.counterfactual.breakeven import breakeven as breakeven
    from optimizer.counterfactual.results import Displacement as Displacement
    from optimizer.diff import Comparison as Comparison
    from optimizer.diff import compare as compare
    from optimizer.errors import InputError as InputError
    from optimizer.errors import OptimizerError as OptimizerError
    from optimizer.errors import SolverError as SolverError
    from optimizer.errors import StoppedError as StoppedError
    from optimizer.export import to_pyomo as to_pyomo
    from optimizer.export import write_workbook as write_workbook
    from optimizer.load import load_instance as load_instance
    from optimizer.load.dictionary import json_schema as json_schema
    from optimizer.load.edits import Edit as Edit
    from optimizer.plan.plan import Plan as Plan
    from optimizer.plan.saved import load_plan as load_plan
    from optimizer.planner import solve as solve
    from optimizer.schema.instance import Instance as Instance
    from optimizer.studies import Study as Study
    from optimizer.templates import init as init
    from optimizer.verification import Violation as Violation
    from optimizer.verification import verify as verify

_HOMES = {
    "optimizer.calibration": ("calibrate",),
    "optimizer.calibration.result": ("Calibration",),
    "optimizer.counterfactual": ("displacement",),
    "optimizer.counterfactual.breakeven": ("Breakeven", "breakeven"),
    "optimizer.counterfactual.results": ("Displacement",),
    "optimizer.diff": ("Comparison", "compare"),
    "optimizer.errors": ("InputError", "OptimizerError", "SolverError", "StoppedError"),
    "optimizer.export": ("to_pyomo", "write_workbook"),
    "optimizer.load": ("load_instance",),
    "optimizer.load.dictionary": ("json_schema",),
    "optimizer.load.edits": ("Edit",),
    "optimizer.plan.plan": ("Plan",),
    "optimizer.plan.saved": ("load_plan",),
    "optimizer.planner": ("solve",),
    "optimizer.schema.instance": ("Instance",),
    "optimizer.studies": ("Study",),
    "optimizer.templates": ("init",),
    "optimizer.verification": ("Violation", "verify"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
