"""The format of an instance: one that is newer is refused before anything else is read of it."""

from optimizer.errors import Problem
from optimizer.io.file_versions import fault_of_format, is_newer
from optimizer.load.document import UnreadableDocumentError
from optimizer.load.raw_instance import Draft, shown
from optimizer.schema.instance import FORMAT

FIELD = "format"


def refuse_newer(draft: Draft) -> None:
    """Refuse what a newer optimizer wrote; that its fields are unknown would only mislead.

    A format that is missing is the first, and one that is none is told with all other faults.

    Raises
    ------
    UnreadableDocumentError
        Where the format is newer.
    """
    found = draft.data.get(FIELD)
    if is_newer(found, FORMAT):
        place = draft.place((FIELD,))
        message = fault_of_format(found, FORMAT, "instance")
        raise UnreadableDocumentError(
            Problem(place.file, place.line, FIELD, shown(found), message, place.cell)
        )
