"""The files of a folder that is written from a template."""

import json
import re
from importlib.resources.abc import Traversable

from optimizer.load.dictionary import json_schema
from optimizer.templates.guide import beginning, columns_in_words

INSTANCE, README, SCHEMA = "instance.yaml", "README.md", "instance.schema.json"
STUDIES = "studies"
"""Folder of what-ifs of the instance; each file names it as its own parent."""

MODELINE = f"# yaml-language-server: $schema=./{SCHEMA}\n"
"""First line of the YAML: where editors find what may stand in it."""

ABROAD = re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)")
"""A link of Markdown that leaves the folder."""


def contents(shipped: Traversable, template: str) -> dict[str, str]:
    """Text of each file by its path, the instance itself last: with it the folder is complete.

    Parameters
    ----------
    shipped : Traversable
        Folder of the instance.
    template : str
        Name of the template, for the README.
    """
    tables = {
        one.name: one.read_text("utf-8")
        for one in sorted(shipped.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".csv")
    }
    beside = shipped / STUDIES
    studies = {
        f"{STUDIES}/{one.name}": one.read_text("utf-8")
        for one in (sorted(beside.iterdir(), key=lambda one: one.name) if beside.is_dir() else ())
        if one.name.endswith(".yaml")
    }
    instance = (shipped / INSTANCE).read_text("utf-8")
    story = ABROAD.sub(r"\1", (shipped / README).read_text("utf-8"))
    return {
        README: "\n".join(
            [beginning(template, shipped.name), story, columns_in_words(instance, tables)]
        ),
        SCHEMA: json.dumps(json_schema(), indent=1) + "\n",
        **tables,
        **studies,
        INSTANCE: MODELINE + instance,
    }
