"""Energy displacement with its interval, as a whole and by year, on the bands of the verdict."""

from optimizer.counterfactual.results import Bounds, Displacement
from optimizer.report.page.charts.bands import bands_behind, bands_named, in_sight
from optimizer.report.page.charts.chart import Chart, Spec, axis, charts
from optimizer.report.page.charts.colours import INK
from optimizer.report.page.html import Html, element, together
from optimizer.report.tables.displacement_sentences import interval_in_words, ratio
from optimizer.studies.analysis.scale import DISPLACEMENT

WHOLE = "all"


def years_of_d(answer: Displacement) -> Html:
    """Points with their intervals; nothing where the intervention is not used in any year."""
    rows = [(str(one.year), one.energy.displacement, one.interval) for one in answer.by_year]
    if answer.energy is not None and len(rows) > 1:
        rows.insert(0, (WHOLE, answer.energy.displacement, answer.interval))
    known = [(when, d, bounds) for when, d, bounds in rows if d is not None]
    if not known:
        return Html()
    found = [d for _, d, _ in known]
    low, high = in_sight(found)
    said = [_said(when, d, bounds) for when, d, bounds in known]
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [when for when, *_ in known],
        "y": found,
        "marker": {"color": INK, "size": 10},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [_reach(d, bounds.high) for _, d, bounds in known],
            "arrayminus": [_reach(d, bounds.low) for _, d, bounds in known],
            "color": INK,
            "thickness": 2,
            "width": 8,
        },
        "hovertext": said,
        "hoverinfo": "text",
    }
    layout: Spec = {
        "xaxis": axis(
            type="category",
            categoryorder="array",
            categoryarray=[when for when, *_ in rows],
            range=[-0.5, max(len(rows), 3) - 0.5],
            tickangle=None,
            showgrid=False,
        ),
        "yaxis": axis("D: 1 replaces, 0 adds", range=[low, high], showgrid=False, zeroline=False),
        "shapes": bands_behind(DISPLACEMENT, low, high),
        "yaxis2": bands_named(DISPLACEMENT, low, high),
    }
    title = "Energy displacement D and its interval at these builds"
    told = f"{title}. {'; '.join(said)}."
    names: Spec = {"type": "scatter", "x": [known[0][0]], "y": [None], "yaxis": "y2"}
    chart = Chart(title, told, (points, names), layout, height_px=360)
    cut = any(
        end is not None and not low <= end <= high
        for *_, bounds in known
        for end in (bounds.low, bounds.high)
    )
    note = "Intervals reach beyond what is shown: see the table." if cut else ""
    parts = [charts([chart], "one")]
    return together([*parts, element("p", note, class_="note")] if note else parts)


def _reach(found: float, end: float | None) -> float:
    return 0.0 if end is None else abs(end - found)


def _said(when: str, found: float, bounds: Bounds) -> str:
    if bounds.low is None or bounds.high is None:
        return f"{when}: {ratio(found)}"
    return f"{when}: {ratio(found)}, interval {interval_in_words(bounds.low, bounds.high)}"
