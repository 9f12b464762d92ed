"""Read a plan from the folder in which it was saved; report every problem at once."""

import json
from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import replace
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from optimizer.errors import InputError, Problem
from optimizer.io.file_versions import fault_of_format
from optimizer.io.tables import NO_FILE, read_text
from optimizer.load import load_instance
from optimizer.load.error_messages import general_message
from optimizer.load.raw_instance import shown
from optimizer.plan.output_tables import TABLES
from optimizer.plan.plan import INSTANCE, PLAN_FORMAT, SUMMARY, Plan, Run
from optimizer.schema.instance import Instance

GROWN = ("storage", "contracts", "connections", "policy")
"""Tables that plans of format 1, which was written while plans grew, may lack."""

ONE_DUAL = 2
"""Last format in which a price was one dual of possibly many."""


def load_plan(folder: str | PathLike[str]) -> Plan:
    """Read a saved plan, of this format or an earlier one.

    Raises
    ------
    InputError
        If the folder holds no complete plan, or one of a later format; with every problem.
    """
    folder = Path(folder)
    text = read_text(folder / SUMMARY, str(folder / SUMMARY))
    if isinstance(text, Problem):
        hint = "is this a folder that solve wrote?"
        raise InputError([replace(text, message=f"{text.message}; {hint}")])
    summary, written_as, problems = _read_summary(text, str(folder / SUMMARY))
    if written_as is None:
        raise InputError(problems)
    tables, missing = {}, []
    for name in TABLES:
        file = folder / f"{name}.parquet"
        if written_as == 1 and name in GROWN and not file.exists():
            missing.append(name)
            continue
        try:
            tables[name] = pd.read_parquet(file)
        except FileNotFoundError:
            problems.append(Problem(str(file), None, "", None, NO_FILE))
        except Exception:  # a damaged file may fail in any way
            message = "cannot be read: damaged, or not a Parquet table"
            problems.append(Problem(str(file), None, "", None, message))
    try:
        instance = load_instance(folder / INSTANCE)
    except InputError as error:
        problems += error.problems
    if written_as == 1 and not problems:
        messages = _from_format_1(tables, instance, missing)
        problems += [Problem(str(folder), None, "", None, message) for message in messages]
    if problems:
        raise InputError(problems)
    if written_as <= ONE_DUAL and not tables["prices"].empty:
        names = [column.name for column in TABLES["prices"].columns]
        tables["prices"] = tables["prices"].reindex(columns=names)
    run = Run(**summary.pop("run"))
    if sha256((folder / INSTANCE).read_bytes()).hexdigest() == run.digest:
        run = replace(run, digest=instance.digest())  # this version may write more fields
    return Plan(instance=instance, tables=tables, run=run, **summary)


def _from_format_1(
    tables: MutableMapping[str, pd.DataFrame], instance: Instance, missing: Collection[str]
) -> list[str]:
    """Add what a plan of format 1 lacks, if it must be empty; what policies count never is.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the plan; changed in place.
    instance : Instance
    missing : collection of str
        Those of `GROWN` that the plan lacks.

    Returns
    -------
    list of str
        Why the plan cannot be read; empty if it can.
    """
    if tables["sites"].empty:  # no plan was found: every table is empty
        tables.update({name: pd.DataFrame() for name in missing})
        return []
    stores = bool(instance.site_storage)
    defers = any(group.flexible_share > 0 for group in instance.classes)
    lacking = [name for name in missing if name != "storage" or stores]
    if "storage" in missing:
        names = [column.name for column in TABLES["storage"].columns]
        tables["storage"] = pd.DataFrame(columns=names, dtype=float)
    for table, column, used in (
        ("power", "charge_mw", stores),
        ("power", "discharge_mw", stores),
        ("demand", "deferred_gtok", defers),
    ):
        if column not in tables[table]:
            tables[table] = tables[table].assign(**{column: 0.0})
            lacking += [f"{table}.{column}"] if used else []
    if not lacking:
        return []
    return [
        f"is a plan of format 1 without {', '.join(lacking)}, which cannot be derived from the"
        " rest: solve its instance.json again"
    ]


def _read_summary(text: str, file: str) -> tuple[dict[str, Any], int | None, list[Problem]]:
    """Return the attributes in a summary, its format, and every problem of it.

    The format is None if it is not one that this version reads.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return {}, None, [Problem(file, error.lineno, "", None, f"is not JSON: {error.msg}")]
    except (RecursionError, ValueError):
        message = "is not JSON: nested too deeply, or a number is too long"
        return {}, None, [Problem(file, None, "", None, message)]
    written_as = data.get("format") if isinstance(data, dict) else None
    if message := fault_of_format(written_as, PLAN_FORMAT, "plan"):
        return {}, None, [Problem(file, None, "format", str(written_as), message)]
    hints = get_type_hints(Plan)
    figures = {name: hints[name] for name in hints if name not in ("instance", "tables", "run")}
    summary = _record("Summary", {**figures, "run": _record("Run", get_type_hints(Run))})
    try:
        return summary.model_validate_json(text).model_dump(), written_as, []
    except ValidationError as error:
        return {}, written_as, problems_of(error, file)


def problems_of(error: ValidationError, file: str) -> list[Problem]:
    """Return every problem of the content of a file, field by field."""
    problems = []
    for detail in error.errors(include_url=False):
        path = ".".join(map(str, detail["loc"]))
        missing = detail["type"] == "missing"
        value = None if missing else shown(detail["input"])
        message = "is missing" if missing else general_message(detail)
        problems.append(Problem(file, None, path, value, message))
    return problems


def _record(name: str, hints: Mapping[str, Any]) -> type[BaseModel]:
    """Return a record whose fields are all required, of exactly their types, and finite."""
    fields: dict[str, Any] = {field: (hint, ...) for field, hint in hints.items()}
    config = ConfigDict(strict=True, allow_inf_nan=False)
    return create_model(name, __config__=config, **fields)
