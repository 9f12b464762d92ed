"""What people, spreadsheets and faulty programs write where a value is due."""

from random import Random
from typing import Any

NUMBERS = (
    "nan", ".nan", "NaN", "inf", ".inf", "-.inf", "Infinity", "1e30", "-1e30", "1e999", "-1", "0",
    "-0.0", "1e-30", "0.5", "1.5", "100", "1,5", "1.234,5", "1_000", "0x10", "1e3", "9" * 400,
    "84%", "$5", "+5", "5 MW", "１２", "٣",
)  # fmt: skip
"""Odd numbers, and what is meant to be one."""

WORDS = (
    "", "''", "x", "true", "null", "~", "2026-01-03", "3-Jan", "Mar-26", "=A1", "#REF!", "####",
    "#N/A", "*a", "&a x", "!!x y", "[]", "{}", "[1, 2]", "{a: 1}", "{2026: 1}", "{2026: [1]}",
    "{20.5: 1}", "- x", ":", "a: b", "[", "}", '"', "@", "%", "<<: 1", "..", "../zones.csv",
    "/etc/hostname", "zones.csv", "instance.yaml", ".", "/", "a" * 300, "naïve", "\u0000", "\u202e",
    "\ud800", "😀", "\u2028", "\r", "\t", "id", "time", "hour", "*", "device", "DOM", "2026",
)  # fmt: skip
"""Words, signs of YAML, and paths."""

YEARS = ("2026", "2027.5", "0", "-1", "99999", "9" * 30, "2O26", "", "first")


def value(random: Random) -> str:
    """Text for the place of a value."""
    return random.choice(NUMBERS if random.random() < 0.5 else WORDS)


def scaled(random: Random, number: str) -> str:
    """A number in a unit that is off, or of the other sign."""
    factor = random.choice((1e3, 1e-3, 1e6, 1e-6, -1.0, 100.0, 0.01, 1e12, 0.0))
    return f"{float(number) * factor:.12g}"


def misspelt(random: Random, word: str) -> str:
    """A word with a slip of the finger in it."""
    at = random.randrange(max(len(word), 1))
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at : at + 1] + word[at:],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        word[:at] + "x" + word[at + 1 :],
        word.upper() if word.islower() else word.lower(),
        f" {word}",
        f"{word}s",
        word.replace("_", "-"),
    )
    return random.choice(slips)


def typed(random: Random) -> Any:
    """A value for a document in JSON."""
    plain: tuple[Any, ...] = (
        None, True, False, 0, -1, 1, 2**70, 0.5, 1e30, -1e-30, float("nan"), float("inf"), "", "x",
        [], {}, [1], [None], {"a": 1}, {"2026": 1}, {"x": {}}, "2026", "1e5", "a" * 300, "\u0000",
    )  # fmt: skip
    return random.choice(plain)
