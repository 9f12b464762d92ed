"""Edits: values set, scaled or added to in a draft, before anything is checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from optimizer.errors import Problem
from optimizer.load.arithmetic import changed, not_an_operand, present
from optimizer.load.path_resolution import Target, UnresolvedError, targets
from optimizer.load.raw_instance import Draft, Path, Place
from optimizer.schema.patterns import is_pattern


@dataclass(frozen=True)
class Edit:
    """One change to an instance.

    Attributes
    ----------
    path : str
        Dotted; records stand by their id, and a pattern in the place of an id (``*``, ``?``,
        ``[ab]``; case counts) means every record that it matches: ``pools.*-edge/*.max_pods``.
    how : {"set", "scale", "add"}
        ``set`` puts `value` there; a mapping merges into a mapping that is there.  ``scale``
        multiplies what is there by it, ``add`` adds it: to a number, to every year of a yearly
        path, to every number of a list.  What the files leave out counts with its default.  A
        field of whole numbers takes the nearest (halfway, the even one).  Under a pattern,
        records that give no value (no limit, say) are passed over, unless none gives one.
    value : object
        As in a file; for ``scale`` and ``add`` a finite number.
    origin : str
        Where it was asked for, for messages: ``--set path=value``.
    """

    path: str
    how: Literal["set", "scale", "add"]
    value: Any
    origin: str


DONE = {"set": "set", "scale": "scaled", "add": "added to"}


def apply_edits(draft: Draft, edits: Sequence[Edit]) -> None:
    """Make each edit in a draft, in order; faults go to its problems.

    Parameters
    ----------
    draft : Draft
        Changed in place.
    edits : sequence of Edit
    """
    for edit in edits:
        draft.files.append(edit.origin)
        try:
            _apply(draft, edit)
        except UnresolvedError as error:
            draft.problems.append(Problem(edit.origin, None, "", None, str(error)))


def _apply(draft: Draft, edit: Edit) -> None:
    if edit.how != "set" and (fault := not_an_operand(edit.how, edit.value)):
        raise UnresolvedError(fault)
    found = targets(draft, edit.path, DONE[edit.how])
    if edit.how == "set":
        for target in found:
            _put(draft, target.holder, target.path, edit.value, edit.origin)
        return
    given = [(target, value) for target in found if (value := present(target)) is not None]
    if found and (not given or (len(given) < len(found) and not is_pattern(edit.path))):
        raise UnresolvedError(f"{found[0].said} is not given, so there is nothing to {edit.how}")
    news = [(target, changed(target, value, edit.how, edit.value)) for target, value in given]
    for target, value in news:
        _replace(draft, target, value, edit.origin)


def _put(draft: Draft, holder: Any, path: Path, value: Any, origin: str) -> None:
    key = path[-1]
    there = holder.get(key) if isinstance(holder, dict) else holder[key]
    if isinstance(value, dict) and isinstance(there, dict):
        for inner, one in value.items():
            _put(draft, there, (*path, inner), one, origin)
            draft.places[*path, inner] = Place(origin, None, path)
        return
    holder[key] = value
    _forget_places(draft, path)
    draft.silenced -= {one for one in draft.silenced if one[: len(path)] == path}
    draft.places[path] = Place(origin, None, path)


def _replace(draft: Draft, target: Target, value: Any, origin: str) -> None:
    """Put a value that was computed: a fault in it is told with its path and what came out."""
    target.holder[target.path[-1]] = value
    _forget_places(draft, target.path)
    draft.places[target.path] = Place(origin, None)


def _forget_places(draft: Draft, path: Path) -> None:
    for known in (draft.places, draft.columns):
        for old in [one for one in known if one[: len(path)] == path]:
            del known[old]
