"""What an instance may hold, told to editors as a JSON Schema and to readers as Markdown."""

from optimizer.load.dictionary.markdown import markdown
from optimizer.load.dictionary.schema import json_schema

__all__ = ["json_schema", "markdown"]
