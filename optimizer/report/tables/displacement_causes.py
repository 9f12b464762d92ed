"""Why load changed with an intervention: the table of its causes."""

from optimizer.counterfactual.attribution import Terms
from optimizer.counterfactual.results import Displacement
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import decimals, number, percent, token_unit
from optimizer.report.tables.displacement import signed
from optimizer.report.tables.displacement_sentences import NEGLIGIBLE

CAUSES = (
    ("substitution: it takes over work of the rest", "substitution"),
    ("unlocked: work that nothing else can serve", "unlocked"),
    ("grid relief: work that limits held back", "grid_relief"),
    ("price response: more is asked for", "price_response"),
    ("change in all", "total"),
)
"""What each term of the split is, in words, and its attribute."""


def causes(answer: Displacement) -> DisplayTable | None:
    """Change of tokens, energy and load at the peak by cause; nothing where it is not split."""
    split = answer.attribution
    if split is None:
        return None
    size, unit = token_unit([split.tokens.total, split.tokens.substitution, split.tokens.unlocked])
    columns = [(split.tokens, size), (split.energy, 1.0), (split.peak, 1.0)]
    places = [decimals([abs(part) / by for part in _parts(terms)]) for terms, by in columns]
    rows = []
    for words, name in CAUSES:
        cells = [
            _signed(getattr(terms, name) / by, digits, max(map(abs, _parts(terms))) / by)
            for (terms, by), digits in zip(columns, places, strict=True)
        ]
        if name != "total" and abs(getattr(split.energy, name)) < split.noise_mwh:
            cells[1] += " *"
        rows.append((words, *cells))
    noise = f"* below the {number(split.noise_mwh, 0)} MWh that the interval leaves open."
    marked = any(row[2].endswith("*") for row in rows)
    return DisplayTable(
        f"Why load changes with {answer.intervention}: with it less without it, over all years",
        ("", f"tokens, {unit}", "site energy, MWh", "peak, MW"),
        tuple(rows),
        note=" ".join(
            [
                *([noise] if marked else []),
                "Shapley values: the mean over all orders in which the causes are let in; they add"
                f" up.  Programs behind them to a gap of {percent(split.gap, 3)} of cost.",
            ]
        ),
    )


def _signed(amount: float, places: int, largest: float) -> str:
    return "0" if abs(amount) <= NEGLIGIBLE * largest else signed(amount, places)


def _parts(terms: Terms) -> list[float]:
    return [getattr(terms, name) for _, name in CAUSES]
