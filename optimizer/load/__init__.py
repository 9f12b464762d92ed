"""From a folder of YAML and CSV files to an `Instance`; what is wrong is told all at once."""

import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from optimizer.errors import InputError, Problem
from optimizer.io.tables import read_bytes, read_text
from optimizer.io.tables.workbook import OTHERS, SAVE_AS, SUFFIXES
from optimizer.load.assemble import Assembly
from optimizer.load.document import UnreadableDocumentError, read_json, read_yaml
from optimizer.load.edits import Edit
from optimizer.load.hourly_tables import settle_hours
from optimizer.load.overrides import apply_overrides
from optimizer.load.profiles import Timed
from optimizer.load.raw_instance import Draft, Place
from optimizer.load.validate import check_reach, validate
from optimizer.load.version import refuse_newer
from optimizer.load.workbook import assemble_workbook
from optimizer.schema.instance import Instance
from optimizer.schema.reading import Reading
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
        Each ``path=value``, put over what the files say: records stand in the path by their id
        (``zones.DOM.capacity_mw.2027=9000``), and the value is YAML.  An `Edit` may also scale
        what is there, or add to it.

    Returns
    -------
    Instance

    Raises
    ------
    InputError
        With every problem of the instance: file, line or cell, field, value, and what is allowed.
    """
    file = _instance_file(Path(path))
    draft = Draft(files=[str(file)])
    try:
        timed = _read(file, draft)
    except UnreadableDocumentError as error:
        raise InputError([error.problem]) from None
    apply_overrides(draft, overrides)
    notes = settle_hours(draft, timed)
    instance = validate(draft)
    if file.name != RESOLVED:  # of a saved run without a plan, that it has none is known
        check_reach(draft, instance)
    return instance.read_so(Reading(tuple(notes), _places_of_hours(draft, instance)))


def with_overrides(instance: Instance, overrides: Sequence[str | Edit]) -> Instance:
    """Return an instance with values put over its own.

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
    draft = Draft(
        files=[instance.name],
        data=json.loads(instance.to_json()),
        places={(): Place(instance.name, None)},
    )
    apply_overrides(draft, overrides)
    return validate(draft).read_so(instance.reading)


def _read(file: Path, draft: Draft) -> Sequence[Timed]:
    """Fill a draft from a file and its tables; profiles whose hours are to be put in order."""
    if file.suffix.lower() in SUFFIXES:
        return assemble_workbook(file, draft)
    if file.suffix.lower() in OTHERS:
        message = f"is a workbook of another kind; {SAVE_AS}"
        content = read_bytes(file, str(file))
        problem = content if isinstance(content, Problem) else None
        raise UnreadableDocumentError(problem or Problem(str(file), None, "", None, message))
    text = read_text(file, str(file))
    if isinstance(text, Problem):
        raise UnreadableDocumentError(text)
    resolved = file.suffix == ".json"
    data = (read_json if resolved else read_yaml)(text, str(file), draft)
    if not isinstance(data, dict):
        message = "is not an instance: a mapping of fields is due"
        raise UnreadableDocumentError(Problem(str(file), None, "", None, message))
    draft.data = data
    refuse_newer(draft)
    return [] if resolved else Assembly(draft, file.parent, str(file.parent)).run()


def _places_of_hours(draft: Draft, instance: Instance) -> dict[str, Sequence[str]]:
    """Place of each hour of the profiles that were read from tables."""
    found: dict[str, Sequence[str]] = {}
    for row, profile in enumerate(instance.profiles):
        places = draft.columns.get(("profiles", row, "values"), ())
        if len(places) == len(profile.values):
            found[profile.id] = [f"{one.file}:{one.cell or one.line}" for one in places]
    return found


def _instance_file(path: Path) -> Path:
    """File to read for what the user named."""
    try:
        return _find_file(path)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise InputError([Problem(str(path), None, "", None, message)]) from None


def _find_file(path: Path) -> Path:
    if not path.is_dir():
        if path.exists():
            return path
        near = path.parent.iterdir() if path.parent.is_dir() else []
        message = f"no such file or folder{near_miss(path.name, [one.name for one in near])}"
        raise InputError([Problem(str(path), None, "", None, message)])
    for name in (SOURCE, RESOLVED):
        if (path / name).is_file():
            return path / name
    books = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES)
    hint = f"; name the workbook itself, {books[0]}" if books else ""
    message = f"no {SOURCE} in this folder{hint}"
    raise InputError([Problem(str(path), None, "", None, message)])
