"""Read a `Definition` from a study file or from Python; report all errors at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from optimizer.errors import InputError, Problem
from optimizer.io.file_versions import fault_of_format, is_newer
from optimizer.io.tables import read_text
from optimizer.load.document import UnreadableDocumentError, read_json, read_yaml
from optimizer.load.error_messages import general_message
from optimizer.load.raw_instance import RawInstance, shown
from optimizer.plan.output_tables import TABLES
from optimizer.schema.references import near_miss, unknown
from optimizer.studies.definition import LIST, RANGE, STUDY_FORMAT, Definition
from optimizer.studies.result_schema import taken

STUDY = "study.json"
"""File in a folder of results that defines their study."""
IN_PYTHON = "study"
"""Name in messages of a study built in Python."""

KINDS = ("[key]", "float", "bool", "str", "none", RANGE, LIST)
"""Names of kinds that pydantic adds to the location of an error."""

Lines = Mapping[tuple[str | int, ...], int]
"""Line of every key and element, by its path in the file."""


class Places:
    """Line of each part of a study file.

    Attributes
    ----------
    file : str
        Name of the file in messages.
    """

    def __init__(self, file: str = IN_PYTHON, lines: Lines | None = None) -> None:
        self.file = file
        self._lines = lines or {}

    def line(self, path: tuple[str | int, ...]) -> int | None:
        """Return the line of a part, or of the nearest enclosing one; None if built in Python."""
        for depth in range(len(path), -1, -1):
            if path[:depth] in self._lines:
                return self._lines[path[:depth]]
        return None

    def problem(self, path: tuple[str | int, ...], message: str, value: object = None) -> Problem:
        """Return a problem of a part, with its place."""
        return Problem(self.file, self.line(path), dotted(path), shown(value), message)


@dataclass(frozen=True)
class Written:
    """A definition and the lines of its parts."""

    definition: Definition
    places: Places


def read_definition(file: Path) -> Written:
    """Read a study file.

    Raises
    ------
    InputError
        With every problem that can be found without the instance.
    """
    text = read_text(file, str(file))
    if isinstance(text, Problem):
        raise InputError([text])
    raw = RawInstance()
    try:
        data = read_yaml(text, str(file), raw)
    except UnreadableDocumentError as error:
        raise InputError([error.problem]) from None
    problems = [problem for problem in raw.problems if isinstance(problem, Problem)]
    if problems:
        raise InputError(problems)
    lines = {path: place.line for path, place in raw.places.items() if place.line is not None}
    return define(data, Places(str(file), lines))


def saved_definition(folder: Path) -> tuple[object, Places]:
    """Read the study of a folder of results, as plain values.

    Raises
    ------
    InputError
        If the folder contains none.
    """
    file = folder / STUDY
    text = read_text(file, str(file))
    if isinstance(text, Problem):
        hint = "is this the folder of a study's results?"
        raise InputError([replace(text, message=f"{text.message}; {hint}")])
    raw = RawInstance()
    try:
        data = read_json(text, str(file), raw)
    except UnreadableDocumentError as error:
        raise InputError([error.problem]) from None
    inner = data.get("study") if isinstance(data, dict) else None
    return inner, Places(str(file))


def define(data: object, places: Places | None = None) -> Written:
    """Check a study given as plain values.

    Raises
    ------
    InputError
        With every problem that can be found without the instance.
    """
    places = places or Places()
    if not isinstance(data, dict):
        raise InputError([places.problem((), "is not a study: expected a mapping")])
    if is_newer(data.get("format"), STUDY_FORMAT):
        message = fault_of_format(data["format"], STUDY_FORMAT, "study")
        raise InputError([places.problem(("format",), message, data["format"])])
    try:
        definition = Definition.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise InputError(_problems(error, places)) from None
    problems = [*_dangling(definition, places), *_taken(definition, places)]
    if problems:
        raise InputError(problems)
    return Written(definition, places)


def dotted(path: tuple[str | int, ...]) -> str:
    """Format a path of a study: ``axes[0].values``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def _problems(error: ValidationError, places: Places) -> list[Problem]:
    problems: dict[Problem, None] = {}
    for fault in error.errors(include_url=False):
        path = _plain(fault["loc"])
        if fault["type"] == "missing":
            message = "is required"
        elif fault["type"] == "extra_forbidden":
            known = _known(fault["loc"][:-1])
            message = f"unknown key{near_miss(str(path[-1]), known) or _allowed(known)}"
        elif fault["type"] == "literal_error":
            message = f"must be {fault['ctx']['expected']}".replace("'", "")
            message += near_miss(str(fault["input"]), fault["ctx"]["expected"].split("'")[1::2])
        else:
            message = general_message(fault)
        value = None if fault["type"] in ("missing", "value_error") else fault["input"]
        problems[places.problem(path, message, value)] = None
    # For a union, pydantic reports the errors of every kind: the first at each place is enough.
    first: dict[tuple[int | None, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.line, problem.field), problem)
    return sorted(first.values(), key=lambda problem: problem.line or 0)


def _allowed(known: list[str]) -> str:
    return f"; allowed are {', '.join(known)}" if known else ""


def _plain(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Remove the names of the kinds that pydantic tried from a location."""
    return tuple(part for part in location if not _is_kind(str(part)))


def _is_kind(part: str) -> bool:
    return part in KINDS or part.startswith(("tuple[", "lit", "constrained-", "function-"))


def _known(location: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the record at a location of the schema."""
    kind: Any = Definition
    for part in location:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names = {info.alias or name: info for name, info in kind.model_fields.items()}
            if part not in names:
                continue
            kind = names[str(part)].annotation
        kind = _record_in(kind) or kind
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [info.alias or name for name, info in kind.model_fields.items()]
    return []


def _record_in(kind: Any) -> type[BaseModel] | None:
    """Return the record in an annotation, if any."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    records = (_record_in(argument) for argument in get_args(kind))
    return next((record for record in records if record is not None), None)


def _dangling(study: Definition, places: Places) -> Iterator[Problem]:
    """Yield every reference to a name that does not exist."""
    named: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
        (("scenarios", name), names) for name, names in study.scenarios.items()
    ]
    for n, axis in enumerate(study.axes):
        named += [(("axes", n, "overrides", k), v) for k, v in (axis.overrides or {}).items()]
    for path, names in named:
        for n, name in enumerate(names):
            if name not in study.overrides:
                message = unknown(name, study.overrides, "overrides")
                yield places.problem((*path, n), message, name)
    for n, name in enumerate(study.keep.tables):
        if name not in TABLES:
            message = unknown(name, TABLES, "the tables of a plan")
            yield places.problem(("keep", "tables", n), message, name)


def _taken(study: Definition, places: Places) -> Iterator[Problem]:
    """Yield every column name that is already taken."""
    seen = taken(study.keep.displacement)
    varied: list[tuple[tuple[str | int, ...], str]] = [
        (("axes", n, "name"), axis.name) for n, axis in enumerate(study.axes)
    ]
    if study.sample is not None:
        for n, parameter in enumerate(study.sample.parameters):
            varied.append((("sample", "parameters", n, "name"), parameter.name))
    for path, name in varied:
        if name in seen:
            yield places.problem(path, f"is taken: it is {seen[name]}", name)
        seen.setdefault(name, f"the name of {dotted(path[:-1])}")
