"""Mutations of the text of a file, whatever it says: lines, words, numbers, bytes, encodings."""

import re
from collections.abc import Callable
from random import Random

from tests.mutations.words import misspelt, scaled, value

Mutation = Callable[[Random, bytes], bytes]

NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
WORD = re.compile(rb"[A-Za-z_][\w+-]*")


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True) or [b""]


def _place(random: Random, lines: list[bytes]) -> int:
    """A line that says something, mostly: comments change nothing."""
    said = [at for at, line in enumerate(lines) if line.strip() and not line.startswith(b"#")]
    return random.choice(said) if said else 0


def delete_line(random: Random, content: bytes) -> bytes:
    lines = _lines(content)
    del lines[_place(random, lines)]
    return b"".join(lines)


def double_line(random: Random, content: bytes) -> bytes:
    lines = _lines(content)
    at = _place(random, lines)
    return b"".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])


def swap_lines(random: Random, content: bytes) -> bytes:
    lines = _lines(content)
    a, b = _place(random, lines), _place(random, lines)
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def indent_line(random: Random, content: bytes) -> bytes:
    lines = _lines(content)
    at = _place(random, lines)
    lines[at] = random.choice((b"  ", b" ", b"\t", b"- ", b"? ")) + lines[at]
    return b"".join(lines)


def outdent_line(random: Random, content: bytes) -> bytes:
    lines = _lines(content)
    at = _place(random, lines)
    lines[at] = lines[at].lstrip(b" -")
    return b"".join(lines)


def _replaced(
    random: Random, content: bytes, what: re.Pattern[bytes], by: Callable[[str], str]
) -> bytes:
    found = list(what.finditer(content))
    if not found:
        return content
    one = random.choice(found)
    new = by(one.group().decode()).encode("utf-8", "surrogatepass")
    return content[: one.start()] + new + content[one.end() :]


def replace_number(random: Random, content: bytes) -> bytes:
    return _replaced(random, content, NUMBER, lambda _: value(random))


def scale_number(random: Random, content: bytes) -> bytes:
    return _replaced(random, content, NUMBER, lambda number: scaled(random, number))


def misspell_word(random: Random, content: bytes) -> bytes:
    return _replaced(random, content, WORD, lambda word: misspelt(random, word))


def replace_word(random: Random, content: bytes) -> bytes:
    return _replaced(random, content, WORD, lambda _: value(random))


def exchange_word(random: Random, content: bytes) -> bytes:
    """A word of the file in the place of another: an id that exists, of something else."""
    words = WORD.findall(content) or [b""]
    return _replaced(random, content, WORD, lambda _: random.choice(words).decode())


def truncate(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def insert_bytes(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.randbytes(random.randint(1, 6)) + content[at:]


def insert_text(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + value(random).encode("utf-8", "surrogatepass") + content[at:]


def flip_byte(random: Random, content: bytes) -> bytes:
    at = random.randrange(max(len(content), 1))
    return content[:at] + random.randbytes(1) + content[at + 1 :]


def delete_span(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + content[at + random.randint(1, 200) :]


def encode(random: Random, content: bytes) -> bytes:
    codec = random.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "cp037"))
    return content.decode("utf-8", "replace").encode(codec, "replace")


def end_lines(random: Random, content: bytes) -> bytes:
    return content.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\x85", b"\x0b")))


def double_all(random: Random, content: bytes) -> bytes:
    return content + random.choice((b"", b"\n---\n", b"\n...\n")) + content


def nothing(random: Random, content: bytes) -> bytes:
    return random.choice((b"", b"\n", b"# no more\n", b"\xef\xbb\xbf", b" " * 50))


ANY_TEXT: tuple[Mutation, ...] = (
    delete_line, double_line, swap_lines, indent_line, outdent_line, replace_number, replace_number,
    replace_number, scale_number, scale_number, misspell_word, misspell_word, replace_word,
    exchange_word, truncate, insert_bytes, insert_text, flip_byte, delete_span, encode, end_lines,
    double_all, nothing,
)  # fmt: skip
