"""Absurd values for ``--set``, on every section of an instance."""

from functools import cache
from random import Random

from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.load.field_types import INSTANCE, TABLES, FieldType, fields
from optimizer.schema.instance import Instance
from optimizer.schema.references import KEYS
from tests.mutations.folder import INSTANCES
from tests.mutations.words import YEARS, misspelt, value

TRIES = 40
"""Settings of which one is taken that is allowed."""

WORDS_ONLY = {"title", "name", "description", "source", "power_scope", "precision", "assumptions"}
"""Fields that no plan depends on."""

LIMITS = ("0", "1", "-1", "1e-9", "1e6", "1000000", "100000", "1e9", "0.5", "0.9999999", "2")


def allowed_setting(random: Random, instance: str) -> str:
    """An override that the schema allows, however absurd it is; the last one tried otherwise."""
    setting = ""
    for _ in range(TRIES):
        setting = absurd_setting(random, instance)
        if not WORDS_ONLY.isdisjoint(setting.partition("=")[0].split(".")):
            continue
        try:
            if load_instance(INSTANCES / instance, [setting]) != _instance(instance):
                break
        except InputError:
            continue
    return setting


@cache
def _instance(name: str) -> Instance:
    return load_instance(INSTANCES / name)


def absurd_setting(random: Random, instance: str) -> str:
    """An override: a path that leads somewhere, mostly, and a value that fits, at times."""
    shape, words = INSTANCE, []
    for _ in range(6):
        if shape.record is not None:
            word = random.choice(list(fields(shape.record)))
            words.append(word)
            shape = fields(shape.record)[word]
        elif shape.kind == "list" and random.random() < 0.9:
            words.append(_element(random, instance, words))
            shape = shape.item or shape
        elif shape.kind == "yearly" and random.random() < 0.3:
            words.append(random.choice(YEARS))
            shape = shape.item or shape
        else:
            break
        if random.random() < 0.03:
            break
    if random.random() < 0.1:
        at = random.randrange(len(words))
        words[at] = misspelt(random, words[at])
    if random.random() < 0.03:
        words.insert(random.randrange(len(words) + 1), random.choice(("", "0", "x", "a" * 500)))
    path = ".".join(words)
    if random.random() < 0.02:
        return random.choice((path, f"={path}", "", "=", f"{path}=", f"{path}=="))
    return f"{path}={_value(random, shape, instance)}"


def _number(random: Random) -> str:
    return random.choice(LIMITS) if random.random() < 0.5 else f"{10 ** random.uniform(-7, 13):.4g}"


def _element(random: Random, instance: str, words: list[str]) -> str:
    """Id of a record of a table, or a position in a list."""
    if len(words) == 1 and words[0] in TABLES:
        rows = getattr(_instance(instance), words[0])
        if rows and random.random() < 0.95:
            row = random.choice(rows)
            return str(row.path if words[0] == "assumptions" else getattr(row, "id", "x/y"))
        return random.choice(("x", "0", "*"))
    return str(random.choice((0, 0, 1, 99)))


def _value(random: Random, shape: FieldType, instance: str) -> str:
    if random.random() < 0.4:
        return value(random)
    if shape.kind in ("number", "integer"):
        return _number(random)
    if shape.kind == "yearly":
        one = _number(random)
        return random.choice((one, f"{{2026: {one}}}", f"{{2026: {one}, 2028: 1}}", "{}"))
    if shape.kind == "choice":
        return str(random.choice(shape.choices))
    if shape.kind == "boolean":
        return random.choice(("true", "false", "yes", "1"))
    if shape.kind == "list" and shape.item is not None:
        return f"[{_value(random, shape.item, instance)}]"
    if shape.record is not None:
        wanted = [name for name, one in fields(shape.record).items() if one.required]
        some = [*wanted, random.choice(list(fields(shape.record)))]
        inner = {name: _value(random, fields(shape.record)[name], instance) for name in some}
        return "{" + ", ".join(f"{name}: {one}" for name, one in inner.items()) + "}"
    table = random.choice([name for name in TABLES if getattr(_instance(instance), name)])
    row = random.choice(getattr(_instance(instance), table))
    return str(getattr(row, KEYS.get(table, ("id",))[-1].replace("class", "workload_class"), "x"))
