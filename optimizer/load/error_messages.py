"""What pydantic finds, in a planner's words: what is allowed, in which unit, what was meant."""

from collections.abc import Callable, Mapping
from typing import Any

from optimizer.load.cells import BadCellError, number_text
from optimizer.load.field_types import Shape, fields, shape_at
from optimizer.load.raw_instance import Path
from optimizer.schema.references import near_miss

Error = Mapping[str, Any]
"""An entry of `pydantic.ValidationError.errors()`."""

NO_SCALE = {
    "",
    "count",
    "days",
    "fraction",
    "years",
    "calendar year",
    "degrees",
    "points of 100",
    "h",
    "months",
    "multiple",
    "ratio",
}
"""Units of which nobody has a thousandfold at hand."""


def wording(error: Error, path: Path) -> str:
    """Message for an error of pydantic at a path of the instance."""
    shape = shape_at(path)
    say = _WORDS.get(error["type"], _other)
    return say(error, path, shape)


def in_general(error: Error) -> str:
    """Message for an error of pydantic in another record than an instance's."""
    if error["type"] == "dict_type":
        return "must be a mapping"
    return _WORDS.get(error["type"], _other)(error, (), None)


def _other(error: Error, path: Path, shape: Shape | None) -> str:
    message = str(error["msg"])
    return message[:1].lower() + message[1:]


def _own(error: Error, path: Path, shape: Shape | None) -> str:
    return str(error["ctx"]["error"])


def _unit(shape: Shape | None) -> str:
    return f" ({shape.unit})" if shape is not None and shape.unit else ""


def _missing(error: Error, path: Path, shape: Shape | None) -> str:
    return f"is required{_unit(shape)}"


def _unknown_key(error: Error, path: Path, shape: Shape | None) -> str:
    above = shape_at(path[:-1])
    known = fields(above.record) if above is not None and above.record is not None else {}
    hint = near_miss(str(path[-1]), known) or f"; allowed are {', '.join(known)}"
    return f"unknown key{hint}"


def _beyond(words: str) -> Callable[[Error, Path, Shape | None], str]:
    def say(error: Error, path: Path, shape: Shape | None) -> str:
        (limit,) = error["ctx"].values()
        is_year = shape is not None and shape.unit == "calendar year"
        message = f"must be {words} {f'{limit:g}' if is_year else f'{limit:,.12g}'}{_unit(shape)}"
        high = error["type"] in ("less_than_equal", "less_than")
        return message + (_scale(error["input"], limit, shape) if high else "")

    return say


def _scale(written: Any, limit: float, shape: Shape | None) -> str:
    """Hint at the unit that was probably meant, for a value above the range."""
    try:
        value = float(written)
    except OverflowError:
        return ""
    if shape is None or shape.unit in NO_SCALE:
        percent = shape is not None and shape.unit == "fraction" and value <= 100
        return f"; a percentage? {value:g}% is {value / 100:g}" if percent else ""
    if value / 1e3 <= limit:
        return "; a unit off by a thousand?"
    return "; a unit off by a million?" if value / 1e6 <= limit else ""


def must_be_number(path: Path) -> str:
    """Message for what is no number where one is due."""
    shape = shape_at(path)
    leaf = shape.item if shape is not None and shape.kind == "yearly" else shape
    whole = leaf is not None and leaf.kind == "integer"
    return f"must be a {'whole ' if whole else ''}number{_unit(leaf)}"


def _number(error: Error, path: Path, shape: Shape | None) -> str:
    leaf = shape.item if shape is not None and shape.item is not None else shape
    if isinstance(error["input"], str) and leaf is not None:
        try:
            number_text(error["input"], leaf)
        except BadCellError as fault:
            return str(fault)
    return must_be_number(path)


def _finite(error: Error, path: Path, shape: Shape | None) -> str:
    return f"must be a finite number{_unit(shape)}"


def _choice(error: Error, path: Path, shape: Shape | None) -> str:
    choices = [str(choice) for choice in shape.choices] if shape is not None else []
    hint = near_miss(str(error["input"]), choices) if isinstance(error["input"], str) else ""
    if len(choices) == 1:
        return f"must be {choices[0]}{hint}"
    return f"must be one of {', '.join(choices)}{hint}"


def _text(error: Error, path: Path, shape: Shape | None) -> str:
    return f"must be text{'; put it in quotes' if isinstance(error['input'], int | float) else ''}"


def _list(error: Error, path: Path, shape: Shape | None) -> str:
    if shape is None or not shape.is_table:
        return "must be a list"
    if isinstance(error["input"], str):
        return "must be a list of mappings; only instance.yaml names a table by its path"
    return "must be a list of mappings, or the path of a CSV table"


def _too_short(error: Error, path: Path, shape: Shape | None) -> str:
    if shape is not None and shape.kind == "yearly":
        return f"must give a value, or one for at least one year{_unit(shape)}"
    return "must not be empty"


def _fixed(words: str) -> Callable[[Error, Path, Shape | None], str]:
    return lambda error, path, shape: words


_IDENTIFIER = "must begin with a letter or digit and hold only letters, digits, _, + and -"

_WORDS: dict[str, Callable[[Error, Path, Shape | None], str]] = {
    "value_error": _own,
    "missing": _missing,
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
    "finite_number": _finite,
    "literal_error": _choice,
    "bool_type": _fixed("must be true or false"),
    "bool_parsing": _fixed("must be true or false"),
    "string_type": _text,
    "string_pattern_mismatch": _fixed(_IDENTIFIER),
    "string_too_long": lambda error, path, shape: (
        f"must have at most {error['ctx']['max_length']} characters"
    ),
    "string_unicode": _fixed("holds a character that is not of Unicode"),
    "string_too_short": _fixed("must not be empty"),
    "tuple_type": _list,
    "too_short": _too_short,
    "model_type": _fixed("must be a mapping of fields"),
    "dict_type": _fixed("must be a mapping from year to value"),
}
