"""JSON Schema of the records, with numbers and yearly paths as files may write them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from optimizer.schema.base import EVERY_YEAR
from optimizer.schema.instance import Instance

NUMBER = r"^\s*[-+]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)([eE][-+]?[0-9]+)?\s*$"
WHOLE = r"^\s*[-+]?[0-9][0-9_]*(\.0*)?\s*$"
YEAR = "^[0-9]+$"
SWITCHES = ("0", "1", "f", "t", "n", "y", "no", "yes", "off", "on", "false", "true")
"""Words for false and true, in any case."""


def in_any_case(words: Iterable[str]) -> str:
    """Return a pattern that matches one of the words in lower or upper case."""
    return f"^({'|'.join(''.join(f'[{c.upper()}{c}]' for c in word) for word in words)})$"


class AsWritten(GenerateJsonSchema):
    """Accepts what pydantic accepts: a number in quotes, ``yes``, one value for a yearly path."""

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        """A number, or one in quotes, whose range the loader checks."""
        return {**super().float_schema(schema), "type": ["number", "string"], "pattern": NUMBER}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """A whole number, or one in quotes."""
        return {**super().int_schema(schema), "type": ["integer", "string"], "pattern": WHOLE}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """True and false, and words for them that YAML 1.2 reads as text."""
        types = ["boolean", "integer", "string"]
        return {"type": types, "minimum": 0, "maximum": 1, "pattern": in_any_case(SWITCHES)}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """One value, or values by year: every mapping without fields is a yearly path."""
        value = self.generate_inner(schema["values_schema"])
        by_year = {
            "type": "object",
            "patternProperties": {YEAR: value},
            "additionalProperties": False,
            "minProperties": schema["min_length"],
        }
        return {"anyOf": [value, by_year]}

    def get_default_value(self, schema: core_schema.WithDefaultSchema) -> Any:
        """The default, created if each record has its own."""
        make: Any = schema.get("default_factory")
        return super().get_default_value(schema) if make is None else make()

    def encode_default(self, dft: Any) -> Any:
        """The default as a file would write it."""
        if isinstance(dft, dict) and set(dft) == {EVERY_YEAR}:
            return dft[EVERY_YEAR]
        return super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Fields need no title besides their name."""
        return False


@cache
def as_written() -> dict[str, Any]:
    """Return the JSON Schema of an instance with complete tables and catalog rows.

    The result is shared: copy it before changing it.
    """
    return Instance.model_json_schema(by_alias=True, schema_generator=AsWritten)


def unit_of(node: Any) -> str:
    """Return the unit of the number that a node of the schema may be; empty if none."""
    if isinstance(node, dict):
        if isinstance(node.get("unit"), str):
            return str(node["unit"])
        parts = (node[key] for key in ("anyOf", "items") if key in node)
        return next((unit for part in parts if (unit := unit_of(part))), "")
    if isinstance(node, list):
        return next((unit for part in node if (unit := unit_of(part))), "")
    return ""
