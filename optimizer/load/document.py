"""A YAML or JSON document as plain values, with the line of every key and element.

YAML is read as version 1.2 (so that `no` is Norway), from its node graph and with its core
types only: no tags, no dates, no merge keys.
"""

import json
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from optimizer.errors import Problem
from optimizer.load.raw_instance import Draft, Path, Place
from optimizer.load.yaml_error_messages import in_words

ALIASED_VALUES = 100_000
"""Values that aliases may copy in a document: more is a mistake or an attack."""

_CORE = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float")}
_TEXT = {f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "merge", "value")}


class UnreadableDocumentError(Exception):
    """A document cannot be read any further; its only argument is the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_yaml(text: str, file: str, draft: Draft, at: Path = ()) -> Any:
    """Plain value of a YAML document; places of its parts go into the draft.

    Parameters
    ----------
    text : str
        The document.
    file : str
        Its name in messages.
    draft : Draft
        Takes the places, and the problems that do not end reading.
    at : tuple
        Path at which the document stands in the instance.

    Raises
    ------
    UnreadableDocumentError
        If it is not YAML, or copies itself beyond measure.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        yaml.composer.warn_double_anchors = False
        root = yaml.compose(text)
        if root is None:
            raise UnreadableDocumentError(Problem(file, None, "", None, "holds nothing"))
        if yaml.resolver.processing_version < (1, 2):
            message = "asks for YAML 1.1; it is read as YAML 1.2, so leave the directive out"
            raise UnreadableDocumentError(Problem(file, 1, "", None, message))
        return _Reader(yaml, file, draft).value(root, at)
    except YAMLError as error:
        line, message = in_words(error)
        if isinstance(error, ReaderError):
            line = text.count("\n", 0, error.position) + 1
        raise UnreadableDocumentError(Problem(file, line, "", None, message)) from error
    except RecursionError as error:
        message = "is nested too deeply"
        raise UnreadableDocumentError(Problem(file, None, "", None, message)) from error


class _Reader:
    def __init__(self, yaml: Any, file: str, draft: Draft) -> None:
        self.yaml = yaml
        self.file = file
        self.draft = draft
        self.seen: set[int] = set()
        self.above: set[int] = set()
        self.copied = 0

    def value(self, node: Node, path: Path) -> Any:
        """Plain value of a node; what an alias names is copied."""
        line = node.start_mark.line + 1
        self.draft.places.setdefault(path, Place(self.file, line))
        if id(node) in self.above:
            self._stop(line, "an alias names what it stands in")
        self.copied += id(node) in self.seen
        self.seen.add(id(node))
        if self.copied > ALIASED_VALUES:
            self._stop(line, f"aliases copy more than {ALIASED_VALUES:,} values")
        if isinstance(node, ScalarNode):
            return self._scalar(node, path, line)
        self.above.add(id(node))
        found = (
            self._mapping(node, path)
            if isinstance(node, MappingNode)
            else [self.value(one, (*path, index)) for index, one in enumerate(node.value)]
        )
        self.above.remove(id(node))
        return found

    def _mapping(self, node: MappingNode, path: Path) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._note(path, line, "a list or a mapping cannot be a key")
                continue
            key = self._scalar(key_node, path, line)
            if not isinstance(key, str | int) or isinstance(key, bool):
                key = key_node.value
            if key in found:
                first = self.draft.places[*path, key].line
                self._note((*path, key), line, f"key is given twice, first in line {first}")
                continue
            self.draft.places[*path, key] = Place(self.file, line)
            found[key] = self.value(value_node, (*path, key))
        return found

    def _scalar(self, node: ScalarNode, path: Path, line: int) -> Any:
        tag = str(node.tag)
        if tag in _TEXT:
            return node.value
        if tag not in _CORE:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            self._note(
                path, line, f"the tag {short} is not read; put text that begins with ! in quotes"
            )
            return node.value
        try:
            return self.yaml.constructor.construct_object(node)
        except ValueError:
            self._note(path, line, "is a number that cannot be read")
            return node.value

    def _note(self, path: Path, line: int, message: str) -> None:
        self.draft.report(path, message, place=Place(self.file, line))

    def _stop(self, line: int, message: str) -> None:
        raise UnreadableDocumentError(Problem(self.file, line, "", None, message))


def read_json(text: str, file: str, draft: Draft) -> Any:
    """Plain value of a JSON document, a resolved instance; only the file has a place.

    Raises
    ------
    UnreadableDocumentError
        If it is not JSON.
    """
    draft.places[()] = Place(file, None)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"is not valid JSON: {error.msg}"
        raise UnreadableDocumentError(Problem(file, error.lineno, "", None, message)) from error
    except (RecursionError, ValueError) as error:
        message = "is not valid JSON: nested too deeply or a number too long"
        raise UnreadableDocumentError(Problem(file, None, "", None, message)) from error
