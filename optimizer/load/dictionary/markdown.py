"""The dictionary of fields as a page: name, unit, meaning, default and range of each."""

from collections.abc import Iterator
from typing import Any

from optimizer import catalog
from optimizer.load.dictionary.as_written import as_written, unit_of
from optimizer.schema.references import REFERENCES

HEAD = """\
# Fields

Every field of an instance: its unit, what it means, what holds where it is left out, and what it
may be. `optimizer schema --format markdown` writes this page from the records in
`optimizer/schema`, and a test holds it to them.

- A field "by year" takes one value, or a mapping from year to value (`{2026: 900, 2028: 1200}`; in
  a CSV table the columns `capacity_mw.2026` and `capacity_mw.2028`). Years between are
  interpolated linearly, years outside keep the nearest.
- A table is a list of records in `instance.yaml`, or the path of a CSV file beside it that has one
  record a row.
- In CATALOG
  a row may be an id of the [catalog](catalog.md) alone, or an id with fields put over it.
- The values of a profile are a list, or `table` and `column` in their place: a CSV file, and its
  column that has them. Where the table has a column `time`, `daylight_saving: true` says that its
  clock is put forward in summer ([spreadsheets.md](spreadsheets.md#hours)).
- All of it may stand in a workbook instead ([spreadsheets.md](spreadsheets.md)).

In an editor the same stands beside what is typed: the first line of a folder that `optimizer init`
writes names its `instance.schema.json`, which `optimizer schema` prints too (JSON Schema, draft 7).
"""

YEAR_UNIT = "calendar year"
"""Unit of numbers that are written without commas."""

Node = dict[str, Any]


def markdown() -> str:
    """Page of every field, one table for each kind of record."""
    schema = as_written()
    head = HEAD.replace("CATALOG", ", ".join(f"`{name}`" for name in catalog.TABLES))
    sections = [_section("instance", schema)]
    sections += [_section(name, record) for name, record in _records(schema, schema["$defs"])]
    return "\n".join([head, *sections])


def columns(table: str) -> dict[str, tuple[str, str]]:
    """Unit and meaning of each field of a table of an instance, by its name."""
    fields = _record(table)["properties"]
    return {name: (unit_of(one), str(one["description"])) for name, one in fields.items()}


def summary(table: str) -> str:
    """What a row of a table of an instance is, in a sentence."""
    return str(_record(table)["description"]).partition("\n\n")[0].replace("``", "`")


def _record(name: str) -> Node:
    schema = as_written()
    return dict(_records(schema, schema["$defs"]))[name]


def _records(record: Node, definitions: Node, under: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every record below one, by the name under which files have it."""
    for name, field in record["properties"].items():
        if below := _reference(field):
            inner = definitions[below]
            yield under + name, inner
            yield from _records(inner, definitions, f"{under}{name}.")


def _reference(field: Node) -> str:
    """Record that a field is or holds a list of; empty where it is none."""
    parts = [field, field.get("items", {}), *field.get("anyOf", ())]
    target = next((part["$ref"] for part in parts if "$ref" in part), "")
    return str(target).rpartition("/")[2]


def _section(name: str, record: Node) -> str:
    lines = [f"## {name}", "", record["description"].replace("``", "`"), ""]
    lines += ["| field | unit | meaning | where left out | may be |", "|---|---|---|---|---|"]
    required = record.get("required", ())
    for field, node in record["properties"].items():
        absent = "**required**" if field in required else _default(node.get("default"))
        meaning = str(node["description"]).replace("|", r"\|")
        allowed = _allowed(name, field, node)
        lines.append(f"| `{field}` | {unit_of(node)} | {meaning} | {absent} | {allowed} |")
    return "\n".join([*lines, ""])


def _default(value: Any) -> str:
    if value is None:
        return "null"
    if value in ("", []):
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "its fields' own"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,.12g}" if isinstance(value, float) else str(value)


def _allowed(record: str, field: str, node: Node) -> str:
    """What a field may be."""
    if _reference(node):
        under = "" if record == "instance" else f"{record}."
        name = under + field
        link = f"[{name}](#{name.replace('.', '')})"
        if node.get("type") == "array":
            return f"table, {link}"
        return f"mapping, {link}" + (" or null" if "anyOf" in node else "")
    if target := REFERENCES.get((record, field)):
        many = node.get("type") == "array"
        return f"{'ids' if many else 'id'} of [{target}](#{target})"
    if node.get("type") == "string" and "pattern" in node:
        return "id: letters, digits, `_`, `+` and `-`"
    return _range(node)


def _range(node: Node) -> str:
    if "anyOf" in node:
        first, *others = node["anyOf"]
        by_year = any("patternProperties" in part for part in others)
        nullable = {"type": "null"} in others
        return _range(first) + (", by year" if by_year else "") + (" or null" if nullable else "")
    if "const" in node:
        return str(node["const"])
    if "enum" in node:
        return "one of " + ", ".join(map(str, node["enum"]))
    if node["type"] == "array":
        return f"list: {_range(node['items'])}"
    if node["type"] == "string":
        return "text"
    kind = node["type"][0]
    return "true or false" if kind == "boolean" else _bounds(node, kind)


def _bounds(node: Node, kind: str) -> str:
    said = ["whole number" if kind == "integer" else "number"]
    for key, words in (("minimum", ""), ("exclusiveMinimum", "above "), ("maximum", "to ")):
        if key in node:
            limit = f"{node[key]:.12g}" if node.get("unit") == YEAR_UNIT else f"{node[key]:,.12g}"
            said.append(words + limit)
    return " ".join(said)
