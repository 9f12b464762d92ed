"""The field reference as a page: name, unit, meaning, default and range of each field."""

from collections.abc import Iterator
from typing import Any

from optimizer import catalog
from optimizer.load.dictionary.as_written import as_written, unit_of
from optimizer.schema.references import REFERENCES

HEAD = """\
# Fields

Every field of an instance, with its unit, meaning, default and allowed values.
`optimizer schema --format markdown` generates this page from the records in `optimizer/schema`.

- A field "by year" takes one value, or a mapping from year to value (`{2026: 900, 2028: 1200}`; in
  a CSV table, the columns `capacity_mw.2026` and `capacity_mw.2028`). Values are interpolated
  linearly between the given years and constant outside them.
- A table is a list of records in `instance.yaml`, or the path of a CSV file in the same folder with
  one record in each row.
- In CATALOG
  a row can be just an id from the [catalog](catalog.md), or an id with fields that replace those of
  the catalog.
- The values of a profile are a list, or `table` and `column`: a CSV file and the column with the
  values. If the table has a column of dates and times, `stamps: begin` or `end` says whether they
  begin or end their hours, and `daylight_saving: true` that they follow daylight saving time
  ([spreadsheets.md](spreadsheets.md#hours)).
- An instance can also be a workbook ([spreadsheets.md](spreadsheets.md)).

Editors show the same information while you type: the first line of the `instance.yaml` that
`optimizer init` writes names its `instance.schema.json`, which `optimizer schema` also prints (JSON
Schema, draft 7).
"""

YEAR_UNIT = "calendar year"
"""Unit of numbers written without thousands separators."""

Node = dict[str, Any]


def markdown() -> str:
    """Return the page of every field, with one table for each type of record."""
    schema = as_written()
    head = HEAD.replace("CATALOG", ", ".join(f"`{name}`" for name in catalog.TABLES))
    sections = [_section("instance", schema)]
    sections += [_section(name, record) for name, record in _records(schema, schema["$defs"])]
    return "\n".join([head, *sections])


def columns(table: str) -> dict[str, tuple[str, str]]:
    """Return the unit and meaning of each field of a table, by name."""
    fields = _record(table)["properties"]
    return {name: (unit_of(node), str(node["description"])) for name, node in fields.items()}


def summary(table: str) -> str:
    """Describe a row of a table in one sentence."""
    return str(_record(table)["description"]).partition("\n\n")[0].replace("``", "`")


def _record(name: str) -> Node:
    schema = as_written()
    return dict(_records(schema, schema["$defs"]))[name]


def _records(record: Node, definitions: Node, under: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every record inside a record, by its name in files."""
    for name, field in record["properties"].items():
        if below := _reference(field):
            inner = definitions[below]
            yield under + name, inner
            yield from _records(inner, definitions, f"{under}{name}.")


def _reference(field: Node) -> str:
    """Record type of a field or of its elements; empty if it is not a record."""
    parts = [field, field.get("items", {}), *field.get("anyOf", ())]
    target = next((part["$ref"] for part in parts if "$ref" in part), "")
    return str(target).rpartition("/")[2]


def _section(name: str, record: Node) -> str:
    lines = [f"## {name}", "", record["description"].replace("``", "`"), ""]
    lines += ["| field | unit | meaning | default | allowed |", "|---|---|---|---|---|"]
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
        return "defaults of its fields"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,.12g}" if isinstance(value, float) else str(value)


def _allowed(record: str, field: str, node: Node) -> str:
    """Allowed values of a field."""
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
    words = ["whole number" if kind == "integer" else "number"]
    for key, prefix in (("minimum", ""), ("exclusiveMinimum", "above "), ("maximum", "to ")):
        if key in node:
            limit = f"{node[key]:.12g}" if node.get("unit") == YEAR_UNIT else f"{node[key]:,.12g}"
            words.append(prefix + limit)
    return " ".join(words)
