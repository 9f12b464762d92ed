"""Bars of an intervention: amounts without and with it, causes of the change, and zones."""

from optimizer.counterfactual.results import Displacement, InterventionResult
from optimizer.report.numbers import energy_unit
from optimizer.report.page.charts.chart import (
    DOWN,
    GREY,
    INTERVENTION,
    REST,
    UP,
    Chart,
    Spec,
    axis,
    bars,
    charts,
    described,
    horizontal,
    label,
    legend,
    name_axis,
)
from optimizer.report.page.html import Html, as_table, together
from optimizer.report.tables.displacement import (
    CAUSES,
    Quantity,
    cause_texts,
    cause_unit,
    quantities,
)
from optimizer.report.tables.displacement_zones import ZoneFigures, zone_figures, zone_table

PLACES = ["without", "with"]
ROW_PX = 22


def worlds_bars(answer: Displacement) -> Html:
    """A panel for each measure, the intervention on top of the rest; empty without plans."""
    columns = quantities(answer)
    if not columns:
        return Html()
    keys = [(REST, "the rest"), (INTERVENTION, answer.intervention)]
    panels = [_amounts(column, answer.intervention) for column in columns]
    return together([legend(keys), charts(panels)])


def change_bars(answer: InterventionResult) -> Html:
    """A panel for each measure of a change that adds no sites; empty without plans."""
    return charts([_amounts(column, "") for column in quantities(answer)])


def _amounts(column: Quantity, new: str) -> Chart:
    """Bars of a measure without and with the intervention; heights are shares of the highest."""
    measure, unit = column.measure, column.unit
    without, with_it, added = measure.rest_without, measure.rest_with, measure.intervention
    top = max(without, with_it + added) or 1.0
    texts = [unit.text(without), unit.text(with_it), unit.text(added)]
    rest = "rest" if new else "all"
    hover = [f"{rest}: {text} {unit.name}" for text in texts[:2]]
    traces = [bars(PLACES, [without / top, with_it / top], hover, color=REST)]
    above, words = texts[1], [f"{texts[0]} without", f"{texts[1]} with it"]
    if new:
        hover = ["", f"{new}: {texts[2]} {unit.name}"]
        traces.append(bars(PLACES, [0.0, added / top], hover, color=INTERVENTION))
        above += f"<br>+ {texts[2]}"
        words = [f"rest {texts[0]} without {new}", f"rest {texts[1]} and {new} {texts[2]} with it"]
    totals = ((without / top, texts[0]), ((with_it + added) / top, above))
    notes = [
        {"x": place, "y": height, "text": text, "showarrow": False, "yanchor": "bottom"}
        for place, (height, text) in zip(PLACES, totals, strict=True)
    ]
    layout: Spec = {
        "barmode": "stack",
        "xaxis": axis(type="category"),
        "yaxis": axis(unit.name, range=[0, 1.3], showticklabels=False, showgrid=False),
        "annotations": notes,
    }
    return Chart(column.heading, described(column.heading, words), tuple(traces), layout, 240)


def cause_bars(answer: Displacement) -> Html:
    """A bar for each cause of the change of energy, and for the total; empty if unknown."""
    split = answer.attribution
    if split is None:
        return Html()
    amounts = [float(getattr(split.energy, name)) for _, name in CAUSES]
    unit = cause_unit(split.energy, energy_unit)
    texts = cause_texts(split.energy, unit, split.noise_mwh)
    words = [words for words, _ in CAUSES]
    described_by = [f"{cause} {text}" for cause, text in zip(words, texts, strict=True)]
    far = max(map(abs, amounts)) or 1.0
    trace = bars(
        [label(cause.split(":")[0]) for cause in words],
        [amount / far for amount in amounts],
        described_by,
        color=[*(DOWN if amount < 0 else UP for amount in amounts[:-1]), GREY],
        text=texts,
        textposition="outside",
        cliponaxis=False,
    )
    title = f"Change of site energy by cause, {unit.name}"
    hidden = {"showticklabels": False, "showgrid": False, "zerolinewidth": 2}
    layout: Spec = {"yaxis": name_axis(), "xaxis": axis(unit.name, range=[-2.1, 2.1], **hidden)}
    return charts([Chart(title, described(title, described_by), (horizontal(trace),), layout, 320)])


def zone_bars(answer: Displacement) -> Html:
    """Bars of the change on each zone, a panel a year, above their table; empty without plans."""
    both = zone_figures(answer)
    if not both:
        return Html()
    parts = [legend([(DOWN, "relieved"), (UP, "loaded")])]
    for figures in both:
        parts += [_zone_panels(figures), as_table(zone_table(answer, figures))]
    return together(parts)


def _zone_panels(figures: ZoneFigures) -> Html:
    unit, zones = figures.unit, list(figures.changes)
    shown = {year: [figures.changes[zone][year] for zone in zones] for year in figures.years}
    far = max(abs(amount) for amounts in shown.values() for amount in amounts) / unit.size or 1.0
    panels = []
    for year, amounts in shown.items():
        texts = list(map(unit.signed, amounts))
        trace = bars(
            list(map(label, zones)),
            [amount / unit.size for amount in amounts],
            [f"{z}, {year}: {text} {unit.name}" for z, text in zip(zones, texts, strict=True)],
            color=[DOWN if amount < 0 else UP for amount in amounts],
        )
        layout: Spec = {
            "xaxis": axis(unit.name, range=[-1.1 * far, 1.1 * far], nticks=4, zerolinewidth=2),
            "yaxis": name_axis(tickfont={"size": 11}),
        }
        height = 80 + ROW_PX * max(len(zones), 3)
        words = [f"{zone} {text}" for zone, text in zip(zones, texts, strict=True)]
        description = described(f"{figures.title}, {year}, {unit.name}", words)
        title = f"{year}, {unit.name}"
        panels.append(Chart(title, description, (horizontal(trace),), layout, height))
    return charts(panels)
