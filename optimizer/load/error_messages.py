"""Translate pydantic's errors: what is allowed, in which unit, and what was probably meant."""

from collections.abc import Callable, Mapping
from typing import Any

from optimizer.load.cells import BadCellError, number_text
from optimizer.load.field_types import FieldType, fields_at, type_at
from optimizer.load.raw_instance import Path
from optimizer.schema.references import near_miss, spelling

Error = Mapping[str, Any]
"""An entry of `pydantic.ValidationError.errors()`."""

Handler = Callable[[Error, Path, FieldType], str]

NO_SCALE = {
    "", "count", "days", "fraction", "years", "calendar year", "degrees", "points of 100", "h",
    "months", "multiple", "ratio",
}  # fmt: skip
"""Units that have no prefixes to confuse."""

NO_FIELD = FieldType("record")


def message_for(error: Error, path: Path) -> str:
    """Return the message for a pydantic error at a path of the instance."""
    return _HANDLERS.get(error["type"], _other)(error, path, type_at(path) or NO_FIELD)


def general_message(error: Error) -> str:
    """Return the message for a pydantic error in a record that is not part of an instance."""
    if error["type"] == "dict_type":
        return "must be a mapping"
    return _HANDLERS.get(error["type"], _other)(error, (), NO_FIELD)


def _other(error: Error, path: Path, field: FieldType) -> str:
    message = str(error["msg"])
    return message[:1].lower() + message[1:]


def _unknown_key(error: Error, path: Path, field: FieldType) -> str:
    known = fields_at(path[:-1])
    hint = near_miss(str(path[-1]), known) or f"; allowed are {', '.join(known)}"
    return f"unknown key{hint}"


def _beyond(words: str) -> Handler:
    def message(error: Error, path: Path, field: FieldType) -> str:
        (limit,) = error["ctx"].values()
        bound = f"{limit:g}" if field.unit == "calendar year" else f"{limit:,.12g}"
        high = error["type"] in ("less_than_equal", "less_than")
        hint = _scale(error["input"], limit, field.unit) if high else ""
        return f"must be {words} {bound}{field.unit_note}{hint}"

    return message


def _scale(written: Any, limit: float, unit: str) -> str:
    """Suggest the unit that was probably meant, for a value above the range."""
    try:
        value = float(written)
    except OverflowError:
        return ""
    if unit in NO_SCALE:
        percent = unit == "fraction" and value <= 100
        return f"; a percentage? {value:g}% is {value / 100:g}" if percent else ""
    if value / 1e3 <= limit:
        return "; a unit off by a thousand?"
    return "; a unit off by a million?" if value / 1e6 <= limit else ""


def must_be_number(path: Path) -> str:
    """Return the message for a value that should be a number but is not."""
    leaf = (type_at(path) or NO_FIELD).leaf
    return f"must be a {'whole ' if leaf.kind == 'integer' else ''}number{leaf.unit_note}"


def _number(error: Error, path: Path, field: FieldType) -> str:
    if isinstance(error["input"], str) and field.leaf.is_number:
        try:
            number_text(error["input"], field.leaf)
        except BadCellError as fault:
            return str(fault)
    return must_be_number(path)


def _choice(error: Error, path: Path, field: FieldType) -> str:
    choices = [str(choice) for choice in field.choices]
    hint = near_miss(str(error["input"]), choices) if isinstance(error["input"], str) else ""
    if len(choices) == 1:
        return f"must be {choices[0]}{hint}"
    return f"must be one of {', '.join(choices)}{hint}"


def _text(error: Error, path: Path, field: FieldType) -> str:
    return f"must be text{'; put it in quotes' if isinstance(error['input'], int | float) else ''}"


def _list(error: Error, path: Path, field: FieldType) -> str:
    if not field.is_table:
        return "must be a list"
    if isinstance(error["input"], str):
        return "must be a list of mappings; only instance.yaml can name a table by its path"
    return "must be a list of mappings, or the path of a CSV table"


def _too_short(error: Error, path: Path, field: FieldType) -> str:
    if field.kind == "yearly":
        return f"must have one value, or a value for at least one year{field.unit_note}"
    return "must not be empty"


def _identifier(error: Error, path: Path, field: FieldType) -> str:
    words = "must start with a letter or digit and contain only letters, digits, _, + and -"
    near = spelling(error["input"])
    return f"{words}; {near} would do" if near else words


def _fixed(words: str) -> Handler:
    return lambda error, path, field: words


_HANDLERS: dict[str, Handler] = {
    "value_error": lambda error, path, field: str(error["ctx"]["error"]),
    "missing": lambda error, path, field: f"is required{field.unit_note}",
    "extra_forbidden": _unknown_key,
    "invalid_key": _unknown_key,
    "greater_than_equal": _beyond("at least"),
    "greater_than": _beyond("above"),
    "less_than_equal": _beyond("at most"),
    "less_than": _beyond("below"),
    "float_type": _number,
    "float_parsing": _number,
    "int_type": _number,
    "int_parsing": _number,
    "int_parsing_size": _number,
    "int_from_float": _number,
    "finite_number": lambda error, path, field: f"must be a finite number{field.unit_note}",
    "literal_error": _choice,
    "bool_type": _fixed("must be true or false"),
    "bool_parsing": _fixed("must be true or false"),
    "string_type": _text,
    "string_pattern_mismatch": _identifier,
    "string_too_long": lambda error, path, field: (
        f"must have at most {error['ctx']['max_length']} characters"
    ),
    "string_unicode": _fixed("contains an invalid Unicode character"),
    "string_too_short": _fixed("must not be empty"),
    "tuple_type": _list,
    "too_short": _too_short,
    "model_type": _fixed("must be a mapping of fields"),
    "dict_type": _fixed("must be a mapping from year to value"),
}
