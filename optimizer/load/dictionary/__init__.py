"""The fields of an instance, as a JSON Schema for editors and as Markdown for readers."""

from optimizer.load.dictionary.markdown import markdown
from optimizer.load.dictionary.schema import json_schema

__all__ = ["json_schema", "markdown"]
