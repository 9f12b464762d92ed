"""Read a YAML or JSON document as plain values, with the line of every key and element.

YAML is read as version 1.2 (so that `no` is Norway) and with its core types only: no tags,
dates or merge keys.
"""

import json
from typing import Any, Never

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from optimizer.errors import Problem
from optimizer.io.file_versions import fault_of_format, is_newer
from optimizer.io.tables import Place
from optimizer.load.raw_instance import Path, RawInstance, shown
from optimizer.load.yaml_error_messages import describe_error
from optimizer.schema.instance import FORMAT

ALIASED_VALUES = 100_000
"""Values that the aliases of a document may copy: more is a mistake or an attack."""

_CORE = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float")}
_TEXT = {f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "merge", "value")}


class UnreadableDocumentError(Exception):
    """A document cannot be read any further; its only argument is the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_yaml(text: str, file: str, raw: RawInstance) -> Any:
    """Return the plain value of a YAML document; the places of its parts go into `raw`.

    Parameters
    ----------
    text : str
        The document.
    file : str
        Its name in messages.
    raw : RawInstance
        Receives the places, and the problems that do not stop reading.

    Raises
    ------
    UnreadableDocumentError
        If it is not YAML, or its aliases expand without limit.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        yaml.composer.warn_double_anchors = False
        root = yaml.compose(text)
        if root is None:
            _stop(file, None, "has no content")
        if yaml.resolver.processing_version < (1, 2):
            _stop(file, 1, "requests YAML 1.1 but is read as YAML 1.2: remove the directive")
        return _Reader(yaml, file, raw).value(root, ())
    except YAMLError as error:
        line, message = describe_error(error)
        if isinstance(error, ReaderError):
            line = text.count("\n", 0, error.position) + 1
        raise UnreadableDocumentError(Problem(file, line, "", None, message)) from error
    except RecursionError as error:
        message = "is nested too deeply"
        raise UnreadableDocumentError(Problem(file, None, "", None, message)) from error


class _Reader:
    def __init__(self, yaml: Any, file: str, raw: RawInstance) -> None:
        self.yaml = yaml
        self.file = file
        self.raw = raw
        self.seen: set[int] = set()
        self.above: set[int] = set()
        self.copied = 0

    def value(self, node: Node, path: Path) -> Any:
        """Return the plain value of a node; aliased nodes are copied."""
        line = node.start_mark.line + 1
        self.raw.places.setdefault(path, Place(self.file, line))
        if id(node) in self.above:
            _stop(self.file, line, "an alias refers to a value that contains it")
        self.copied += id(node) in self.seen
        self.seen.add(id(node))
        if self.copied > ALIASED_VALUES:
            _stop(self.file, line, f"aliases expand to more than {ALIASED_VALUES:,} values")
        if isinstance(node, ScalarNode):
            return self._scalar(node, path, line)
        self.above.add(id(node))
        value = (
            self._mapping(node, path)
            if isinstance(node, MappingNode)
            else [self.value(element, (*path, index)) for index, element in enumerate(node.value)]
        )
        self.above.remove(id(node))
        return value

    def _mapping(self, node: MappingNode, path: Path) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._note(path, line, "a key cannot be a list or a mapping")
                continue
            key = self._scalar(key_node, path, line)
            if not isinstance(key, str | int) or isinstance(key, bool):
                key = key_node.value
            if key in mapping:
                first = self.raw.places[*path, key].line
                self._note((*path, key), line, f"key is given twice, first in line {first}")
                continue
            self.raw.places[*path, key] = Place(self.file, line)
            mapping[key] = self.value(value_node, (*path, key))
        return mapping

    def _scalar(self, node: ScalarNode, path: Path, line: int) -> Any:
        tag = str(node.tag)
        if tag in _TEXT:
            return node.value
        if tag not in _CORE:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            message = f"the tag {short} is not supported; put text that starts with ! in quotes"
            self._note(path, line, message)
            return node.value
        try:
            return self.yaml.constructor.construct_object(node)
        except ValueError:
            self._note(path, line, "is a number that cannot be read")
            return node.value

    def _note(self, path: Path, line: int, message: str) -> None:
        self.raw.report(path, message, place=Place(self.file, line))


def _stop(file: str, line: int | None, message: str) -> Never:
    raise UnreadableDocumentError(Problem(file, line, "", None, message))


def read_json(text: str, file: str, raw: RawInstance) -> Any:
    """Return the plain value of a JSON document, a resolved instance; only the file has a place.

    Raises
    ------
    UnreadableDocumentError
        If it is not JSON.
    """
    raw.places[()] = Place(file, None)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"is not valid JSON: {error.msg}"
        raise UnreadableDocumentError(Problem(file, error.lineno, "", None, message)) from error
    except (RecursionError, ValueError) as error:
        message = "is not valid JSON: nested too deeply or a number too long"
        raise UnreadableDocumentError(Problem(file, None, "", None, message)) from error


def refuse_newer(raw: RawInstance) -> None:
    """Refuse an instance written by a newer version, whose unknown fields would only mislead.

    A missing format counts as the first; an invalid one is reported with all other faults.

    Raises
    ------
    UnreadableDocumentError
        If the format is newer.
    """
    version = raw.data.get("format")
    if is_newer(version, FORMAT):
        place = raw.place(("format",))
        message = fault_of_format(version, FORMAT, "instance")
        raise UnreadableDocumentError(
            Problem(place.file, place.line, "format", shown(version), message, place.cell)
        )
