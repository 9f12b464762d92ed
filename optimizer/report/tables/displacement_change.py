"""What a step in efficiency or more grid does: its sentence and its table."""

from optimizer.counterfactual.rebound import BACKFIRES, GridReturn, Rebound
from optimizer.counterfactual.results import Displacement
from optimizer.counterfactual.verdict import UNDETERMINED
from optimizer.report.display_table import DisplayTable
from optimizer.report.numbers import NONE, decimals, number, percent, token_unit
from optimizer.units import HOURS_PER_YEAR


def change_sentence(answer: Displacement) -> str:
    """Say what the change does in one plain sentence; empty for what adds sites or models."""
    if not answer.changes_figures:
        return ""
    name = answer.intervention[:1].upper() + answer.intervention[1:]
    if answer.rebound is not None:
        return _rebound(name, answer.rebound)
    if answer.grid_return is not None:
        return _grid(name, answer.grid_return)
    return ""


def models_sentence(answer: Displacement) -> str:
    """Say how much of what new models would save is taken back; empty for all else."""
    if answer.rebound is None or answer.changes_figures:
        return ""
    return _rebound(f"As a step in efficiency {answer.intervention}", answer.rebound)


def _rebound(name: str, found: Rebound) -> str:
    if found.rebound is None:
        return (
            f"{name}: serving the same takes no less energy with it, so there is no saving that"
            " could be taken back, and rebound is undefined."
        )
    share = _share(found.rebound)
    if found.low is None or found.high is None:
        return f"{name}: {UNDETERMINED}; at the plans found {share} of the saving is taken back."
    between = f"between {_share(found.low)} and {_share(found.high)} at these builds"
    if found.words == BACKFIRES:
        return f"{name} backfires: it makes energy use rise (rebound {share}, {between})."
    if found.rebound < 0:
        return f"{name} saves more than it frees: less is asked for (rebound {share}, {between})."
    return (
        f"{name}: {found.words}; of every 100 MWh that it would save, {round(100 * found.rebound)}"
        f" are used again (rebound {share}, {between})."
    )


def _share(rebound: float) -> str:
    # Finer than a thousandth no interval at builds is.
    return percent(round(rebound, 3) + 0.0, 0)


def _grid(name: str, found: GridReturn) -> str:
    more = number(found.mwh_per_mw, decimals([found.mwh_per_mw]))
    added = number(found.added_mw, decimals([found.added_mw]))
    return (
        f"{name}: each MW added serves {more} MWh more a year, of the {HOURS_PER_YEAR:,.0f} that it"
        f" could ({added} MW on average)."
    )


def change_table(answer: Displacement) -> DisplayTable | None:
    """Tokens, energy and peak without it and with it; nothing without plans."""
    if answer.tokens is None or answer.energy is None or answer.peak is None:
        return None
    size, unit = token_unit([answer.tokens.rest_without, answer.tokens.rest_with])
    columns = [(answer.tokens, size), (answer.energy, 1.0), (answer.peak, 1.0)]
    places = [decimals([one.rest_without / by, one.rest_with / by]) for one, by in columns]

    def row(what: str, name: str) -> tuple[str, ...]:
        cells = zip(columns, places, strict=True)
        return (what, *(number(getattr(one, name) / by, digits) for (one, by), digits in cells))

    rows = [row("without it", "rest_without"), row("with it", "rest_with")]
    found, note = answer.rebound, ""
    if found is not None:
        frozen = number(found.energy_frozen_mwh, places[1])
        same = number(answer.tokens.rest_without / size, places[0])
        rows.append(("with it, serving the same (world F)", same, frozen, ""))
        note = (
            "Infrastructure, with it over a plan with demand frozen: highest load"
            f" {_times(found.peak_ratio)}, overnight cost of all that is built"
            f" {_times(found.capital_ratio)}."
        )
    return DisplayTable(
        f"{answer.instance}: {answer.description or answer.intervention}, all years",
        ("", f"tokens, {unit}", "site energy, MWh", "highest load, MW"),
        tuple(rows),
        note=note,
    )


def _times(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} times"
