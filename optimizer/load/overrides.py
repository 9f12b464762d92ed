"""``--set path=value``: text that stands for an edit, and edits beside it."""

from collections.abc import Sequence
from typing import Any

from optimizer.errors import Problem
from optimizer.load.document import UnreadableDocumentError, read_yaml
from optimizer.load.edits import Edit, apply_edits
from optimizer.load.path_resolution import UnresolvedError
from optimizer.load.raw_instance import Draft


def apply_overrides(draft: Draft, overrides: Sequence[str | Edit]) -> None:
    """Put each override into the draft, in order; faults go to its problems.

    Parameters
    ----------
    draft : Draft
        Changed in place.
    overrides : sequence of str or Edit
        Text is ``path=value``: what ``--set`` takes, the value in YAML.
    """
    for override in overrides:
        if isinstance(override, Edit):
            apply_edits(draft, [override])
            continue
        origin = f"--set {override}"
        try:
            path, value = _parse(override, origin)
        except UnresolvedError as error:
            draft.files.append(origin)
            draft.problems.append(Problem(origin, None, "", None, str(error)))
        else:
            apply_edits(draft, [Edit(path, "set", value, origin)])


def _parse(text: str, origin: str) -> tuple[str, Any]:
    dotted, sign, written = text.partition("=")
    if not sign or not dotted.strip():
        raise UnresolvedError("an override is written path=value")
    if not written.strip():
        return dotted.strip(), None
    if written.lstrip().startswith("#"):
        raise UnresolvedError(
            "its value is a comment, which # begins in YAML; in quotes it is text:"
            f" '{written.strip()}'"
        )
    scratch = Draft()
    try:
        value = read_yaml(written, origin, scratch)
    except UnreadableDocumentError as error:
        raise UnresolvedError(f"its value {error.problem.message}") from error
    if scratch.problems:
        raise UnresolvedError(f"its value holds a fault: {scratch.problems[0].message}")
    return dotted.strip(), value
