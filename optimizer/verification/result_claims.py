"""Figures that the result of an intervention claims, by dotted path, and how they are compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.verification.claims import Claims
from optimizer.verification.violation import ABSOLUTE, RELATIVE, Violation
from optimizer.verification.world_figures import WorldFigures

FAMILY = "result"
DIFFERS = "is not what the plans of the two worlds give"


@dataclass(frozen=True)
class Worlds:
    """Both worlds: the tables of their plans, and what they add up to."""

    without: Claims
    with_it: Claims
    figures_without: WorldFigures
    figures_with: WorldFigures


class ResultClaims:
    """The document of a result.

    Parameters
    ----------
    document : mapping
        As JSON holds it.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def get(self, path: str) -> Any:
        """Return the value at a dotted path; None if there is none."""
        value: Any = self.document
        for part in path.split("."):
            if isinstance(value, list | tuple):
                value = value[int(part)] if int(part) < len(value) else None
            else:
                value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def text(self, path: str) -> str:
        """Return the text at a dotted path."""
        return str(self.get(path))

    def same(
        self,
        path: str,
        computed: float | str | None,
        message: str = DIFFERS,
        slack: float | None = None,
    ) -> Iterator[Violation]:
        """Yield if the value at a path is not the one computed.

        Parameters
        ----------
        path, message : str
        computed : float, str or None
        slack : float, optional
            Largest difference of numbers; by default that of a plan's figures.
        """
        claimed = self.get(path)
        if agree(claimed, computed, slack):
            return
        yield Violation(FAMILY, path, shown(claimed), shown(computed), message)

    def check_empty(self) -> Iterator[Violation]:
        """Yield the figures of a result without plans, which can have none."""
        for name in ("tokens", "energy", "peak", "draw", "refill", "attribution", "rebound"):
            if self.get(name) is not None:
                message = "has figures, but the worlds have no plans"
                yield Violation(FAMILY, name, "figures", "null", message)
        yield from self.same("verdict", "undetermined")
        if self.get("status") == "solved":
            message = "is solved, but the worlds have no plans"
            yield Violation(FAMILY, "status", "solved", "why a world has no plan", message)


def agree(claimed: Any, computed: float | str | None, slack: float | None = None) -> bool:
    """Whether a claim is what was computed: the same text, or a number that is close."""
    if isinstance(claimed, float | int) and isinstance(computed, float | int):
        most = ABSOLUTE + RELATIVE * max(abs(claimed), abs(computed)) if slack is None else slack
        return abs(claimed - computed) <= most
    return bool(claimed == computed)


def shown(value: Any) -> float | str:
    """Return a value as a violation shows it."""
    if value is None:
        return "null"
    return float(value) if isinstance(value, float | int) else str(value)
