"""Mutations that only a YAML document can suffer."""

from random import Random

from tests.mutations.text import Mutation, _lines, _place
from tests.mutations.words import value

BOMB = b"""
a0: &a0 [x, x, x, x, x, x, x, x, x, x]
a1: &a1 [*a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0]
a2: &a2 [*a1, *a1, *a1, *a1, *a1, *a1, *a1, *a1, *a1, *a1]
a3: &a3 [*a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2]
a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]
a5: [*a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4]
"""


def _with_value(random: Random, content: bytes, new: bytes) -> bytes:
    """Put a value in the place of one that stands behind a key; `@` is what stood there."""
    lines = _lines(content)
    said = [at for at, line in enumerate(lines) if b": " in line and not line.startswith(b"#")]
    if not said:
        return content
    at = random.choice(said)
    key, _, old = lines[at].rstrip(b"\n").partition(b": ")
    lines[at] = key + b": " + new.replace(b"@", old) + b"\n"
    return b"".join(lines)


def nest(random: Random, content: bytes) -> bytes:
    deep = random.choice((1, 2, 3000))
    around = random.choice(((b"[", b"]"), (b"{x: ", b"}"), (b'"', b'"'), (b"!!int ", b"")))
    return _with_value(random, content, around[0] * deep + b"@" + around[1] * deep)


def give_value(random: Random, content: bytes) -> bytes:
    return _with_value(random, content, value(random).encode("utf-8", "surrogatepass"))


def alias(random: Random, content: bytes) -> bytes:
    return _with_value(
        random, content, random.choice((b"*nowhere", b"&me [*me]", b"&x @\nxx: *x", b"&x\n", b"*"))
    )


def bomb(random: Random, content: bytes) -> bytes:
    return content + BOMB


def double_key(random: Random, content: bytes) -> bytes:
    lines = _lines(content)
    at = _place(random, lines)
    key = lines[at].partition(b":")[0]
    lines.insert(at + 1, key + b": " + value(random).encode("utf-8", "surrogatepass") + b"\n")
    return b"".join(lines)


def directive(random: Random, content: bytes) -> bytes:
    return (
        random.choice((b"%YAML 1.1\n---\n", b"%TAG ! tag:x,2000:\n---\n", b"%X\n", b"---\n"))
        + content
    )


YAML: tuple[Mutation, ...] = (nest, give_value, give_value, alias, bomb, double_key, directive)
