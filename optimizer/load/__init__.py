"""Load an `Instance` from a folder of YAML and CSV files; all problems are reported at once."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from os import PathLike
from pathlib import Path

from optimizer.errors import InputError, Problem
from optimizer.io.tables import Place, read_bytes, read_text
from optimizer.io.tables.workbook import OTHERS, SAVE_AS, SUFFIXES
from optimizer.load.assemble import Assembly
from optimizer.load.assumption_values import is_family
from optimizer.load.document import UnreadableDocumentError, read_json, read_yaml, refuse_newer
from optimizer.load.edits import Edit, apply_overrides
from optimizer.load.hourly_tables import order_hours
from optimizer.load.path_resolution import UnresolvedError, targets
from optimizer.load.profiles import Timed
from optimizer.load.raw_instance import RawInstance
from optimizer.load.validate import check_reach, validate
from optimizer.load.workbook import assemble_workbook
from optimizer.schema.instance import Instance, Reading
from optimizer.schema.references import near_miss

__all__ = ["Edit", "load_instance", "with_overrides"]

SOURCE = "instance.yaml"
RESOLVED = "instance.json"


def load_instance(path: str | PathLike[str], overrides: Sequence[str | Edit] = ()) -> Instance:
    """Read an instance.

    Parameters
    ----------
    path : path
        A folder with `instance.yaml` (or, in a saved run, `instance.json`), that file, or a
        workbook (.xlsx).
    overrides : sequence of str or Edit
        Each ``path=value`` replaces what the files say: the path names records by id
        (``zones.DOM.capacity_mw.2027=9000``), and the value is YAML.  An `Edit` can also scale
        the existing value or add to it.

    Returns
    -------
    Instance

    Raises
    ------
    InputError
        With every problem of the instance: file, line or cell, field, value and allowed range.
    """
    file = _instance_file(Path(path))
    raw = RawInstance(files=[str(file)])
    try:
        timed = _read(file, raw)
    except UnreadableDocumentError as error:
        raise InputError([error.problem]) from None
    apply_overrides(raw, overrides)
    notes = order_hours(raw, timed)
    instance = validate(raw)
    if file.name != RESOLVED:  # a saved run without a plan is already known to have none
        check_reach(raw, instance)
    places = _places_of_hours(raw, instance), _places_assumed(raw, instance)
    return instance.with_reading(Reading(tuple(notes), *places))


def with_overrides(instance: Instance, overrides: Sequence[str | Edit]) -> Instance:
    """Return a copy of an instance with some values replaced.

    Parameters
    ----------
    instance : Instance
    overrides : sequence of str or Edit
        As in `load_instance`.

    Raises
    ------
    InputError
        With every problem of the overrides, and of the instance with them.
    """
    raw = RawInstance(
        files=[instance.name],
        data=json.loads(instance.to_json()),
        places={(): Place(instance.name, None)},
    )
    apply_overrides(raw, overrides)
    edited, read = validate(raw), instance.reading
    places = {
        path: read.assumed.get(path, "") if place == instance.name else place
        for path, place in _places_assumed(raw, edited).items()
    }
    assumed = {path: place for path, place in places.items() if place}
    return edited.with_reading(replace(read, assumed=assumed))


def _read(file: Path, raw: RawInstance) -> Sequence[Timed]:
    """Fill a raw instance from a file and its tables; return profiles still to be ordered."""
    if file.suffix.lower() in SUFFIXES:
        return assemble_workbook(file, raw)
    if file.suffix.lower() in OTHERS:
        message = f"this type of workbook is not supported; {SAVE_AS}"
        content = read_bytes(file, str(file))
        problem = content if isinstance(content, Problem) else None
        raise UnreadableDocumentError(problem or Problem(str(file), None, "", None, message))
    text = read_text(file, str(file))
    if isinstance(text, Problem):
        raise UnreadableDocumentError(text)
    resolved = file.suffix == ".json"
    data = (read_json if resolved else read_yaml)(text, str(file), raw)
    if not isinstance(data, dict):
        message = "is not an instance: expected a mapping of fields"
        raise UnreadableDocumentError(Problem(str(file), None, "", None, message))
    raw.data = data
    refuse_newer(raw)
    return [] if resolved else Assembly(raw, file.parent, str(file.parent)).run()


def _places_of_hours(raw: RawInstance, instance: Instance) -> dict[str, Sequence[str]]:
    """Place of each hour of the profiles that were read from tables."""
    by_profile: dict[str, Sequence[str]] = {}
    for row, profile in enumerate(instance.profiles):
        places = raw.columns.get(("profiles", row, "values"), ())
        if len(places) == len(profile.values):
            by_profile[profile.id] = [
                f"{place.file}:{place.cell or place.line}" for place in places
            ]
    return by_profile


def _places_assumed(raw: RawInstance, instance: Instance) -> dict[str, str]:
    """Place of the number that each assumption is about, by its path."""
    places = {}
    for assumption in instance.assumptions:
        path = assumption.path
        if is_family(assumption):
            path = f"assumptions.{path}.value"
        with suppress(UnresolvedError):
            found = {raw.place(target.path) for target in targets(raw, path)}
            if len(found) == 1:
                places[assumption.path] = _place_text(found.pop())
    return places


def _place_text(place: Place) -> str:
    spot = place.cell or place.line
    return place.file if spot is None else f"{place.file}:{spot}"


def _instance_file(path: Path) -> Path:
    """File to read for the path that the user gave."""
    try:
        return _find_file(path)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise InputError([Problem(str(path), None, "", None, message)]) from None


def _find_file(path: Path) -> Path:
    if not path.is_dir():
        if path.exists():
            return path
        siblings = path.parent.iterdir() if path.parent.is_dir() else []
        hint = near_miss(path.name, [sibling.name for sibling in siblings])
        message = f"no such file or folder{hint}"
        raise InputError([Problem(str(path), None, "", None, message)])
    for name in (SOURCE, RESOLVED):
        if (path / name).is_file():
            return path / name
    books = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    hint = f"; to read the workbook, give its path: {books[0]}" if books else ""
    message = f"no {SOURCE} in this folder{hint}"
    raise InputError([Problem(str(path), None, "", None, message)])
