"""Edits and ``--set`` overrides: values set, scaled or added to before validation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from optimizer.errors import Problem
from optimizer.io.tables import Place
from optimizer.load.arithmetic import changed, operand_fault, present
from optimizer.load.document import UnreadableDocumentError, read_yaml
from optimizer.load.path_resolution import UnresolvedError, targets
from optimizer.load.raw_instance import Path, RawInstance
from optimizer.schema.references import is_pattern


@dataclass(frozen=True)
class Edit:
    """One change to an instance.

    Attributes
    ----------
    path : str
        Dotted path that names records by id; a pattern in place of an id (``*``, ``?``,
        ``[ab]``; case-sensitive) means every record that it matches: ``pools.*-edge/*.max_pods``.
    how : {"set", "scale", "add"}
        ``set`` replaces the value; a mapping is merged into an existing mapping.  ``scale``
        multiplies and ``add`` increases the existing value: a number, every year of a yearly
        path, or every number of a list.  A value missing from the files counts as its default.
        A whole-number field is rounded to the nearest whole number (halves to even).  Under a
        pattern, records without a value (no limit, say) are ignored, unless none has one.
    value : object
        As in a file; for ``scale`` and ``add`` a finite number.
    origin : str
        Where the edit was requested, for messages: ``--set path=value``.
    """

    path: str
    how: Literal["set", "scale", "add"]
    value: Any
    origin: str


DONE = {"set": "set", "scale": "scaled", "add": "added to"}


def apply_overrides(raw: RawInstance, overrides: Sequence[str | Edit]) -> None:
    """Apply overrides to a raw instance, in order, adding faults to its problems.

    Parameters
    ----------
    raw : RawInstance
        Changed in place.
    overrides : sequence of str or Edit
        Text is ``path=value``, as ``--set`` takes it, with the value in YAML.
    """
    for override in overrides:
        origin = override.origin if isinstance(override, Edit) else f"--set {override}"
        raw.files.append(origin)
        try:
            _apply(raw, override if isinstance(override, Edit) else _parse(override, origin))
        except UnresolvedError as error:
            raw.problems.append(Problem(origin, None, "", None, str(error)))


def _apply(raw: RawInstance, edit: Edit) -> None:
    if edit.how != "set" and (fault := operand_fault(edit.how, edit.value)):
        raise UnresolvedError(fault)
    places = targets(raw, edit.path, DONE[edit.how])
    if edit.how == "set":
        for target in places:
            _put(raw, target.holder, target.path, edit.value, edit.origin)
        return
    given = [(target, value) for target in places if (value := present(target)) is not None]
    if places and (not given or (len(given) < len(places) and not is_pattern(edit.path))):
        raise UnresolvedError(f"{places[0].dotted} is not set, so there is nothing to {edit.how}")
    results = [(target, changed(target, value, edit.how, edit.value)) for target, value in given]
    for target, value in results:
        target.holder[target.path[-1]] = value
        _forget_places(raw, target.path)
        # Without an option, a fault in the result is reported with its path and value.
        raw.places[target.path] = Place(edit.origin, None)


def _put(raw: RawInstance, holder: Any, path: Path, value: Any, origin: str) -> None:
    key = path[-1]
    old = holder.get(key) if isinstance(holder, dict) else holder[key]
    if isinstance(value, dict) and isinstance(old, dict):
        for inner_key, inner in value.items():
            _put(raw, old, (*path, inner_key), inner, origin)
            raw.places[*path, inner_key] = Place(origin, None, path)
        return
    holder[key] = value
    _forget_places(raw, path)
    raw.silenced -= {other for other in raw.silenced if other[: len(path)] == path}
    raw.places[path] = Place(origin, None, path)


def _forget_places(raw: RawInstance, path: Path) -> None:
    for places in (raw.places, raw.columns):
        for old in [other for other in places if other[: len(path)] == path]:
            del places[old]


def _parse(text: str, origin: str) -> Edit:
    """Return the edit that ``path=value`` requests."""
    dotted, sign, written = text.partition("=")
    if not sign or not dotted.strip():
        raise UnresolvedError("an override must have the form path=value")
    if written.lstrip().startswith("#"):
        raise UnresolvedError(
            "its value is a comment, since # starts one in YAML; put text in quotes:"
            f" '{written.strip()}'"
        )
    value, scratch = None, RawInstance()
    if written.strip():
        try:
            value = read_yaml(written, origin, scratch)
        except UnreadableDocumentError as error:
            raise UnresolvedError(f"its value {error.problem.message}") from error
    if scratch.problems:
        raise UnresolvedError(f"its value is invalid: {scratch.problems[0].message}")
    return Edit(dotted.strip(), "set", value, origin)
