"""What is built, at which site and in which year."""

from typing import Any

import pandas as pd

from optimizer.plan.plan import Plan
from optimizer.report.tables.builds import MOST_ROWS, builds
from tests.cli.cases import large, small
from tests.report import made


def capacity(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["site", "hardware", "year", "units_built"])


def sites(*rows: tuple[str, str, int, bool, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["site", "kind", "year", "candidate", "open"])


def generators(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["site", "generator", "year", "units_built"])


def storage(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    """Each row is a slot's: a year has several, which repeat its builds."""
    return pd.DataFrame([*rows, *rows], columns=["site", "storage", "year", "units_built"])


def made_plan(instance: Any, **tables: pd.DataFrame) -> Plan:
    empty = {
        "capacity": capacity(),
        "sites": sites(),
        "generators": generators(),
        "storage": storage(),
    }
    return made.plan(instance, **(empty | tables))


def test_openings_hardware_and_generators_by_site_and_year() -> None:
    table = builds(
        made_plan(
            small(),
            capacity=capacity(
                ("campus", "node", 2026, 0.0),
                ("campus", "node", 2027, 400.0),
                ("city", "node", 2026, 1200.0),
                ("city", "node", 2027, 56.0),
                ("phones", "phone", 2026, 0.0),
            ),
            sites=sites(
                ("city", "cloud", 2026, False, True),
                ("city", "cloud", 2027, False, True),
                ("campus", "offgrid", 2027, True, True),
                ("campus", "offgrid", 2026, True, False),
            ),
            generators=generators(("campus", "gt", 2027, 9.0), ("campus", "gt", 2026, 0.0)),
        )
    )
    assert table.columns == ("site", "what", "2026", "2027", "total MW")
    assert table.rows == (
        ("city", "node (pods of 4)", "1,200", "56", "12.6"),
        ("campus", "site opens", "0", "1", ""),
        ("campus", "node (pods of 4)", "0", "400", "4.0"),
        ("campus", "gt", "0", "9", "4.5"),
    )
    assert table.words == (0, 1)


def test_a_plan_without_builds_says_so() -> None:
    table = builds(made_plan(small(), capacity=capacity(("city", "node", 2026, 0.0))))
    assert table.rows == ()
    assert table.note == "Nothing is built and no site is opened."


def test_many_small_sites_are_grouped_and_large_ones_stay() -> None:
    instance = large(regions=24)
    edges = [site.id for site in instance.sites if site.kind == "edge"]
    clouds = [site.id for site in instance.sites if site.kind == "cloud"]
    rows = [(site, "box", 2026, 64.0) for site in edges]
    rows += [(site, "node", 2027, 12800.0) for site in clouds]
    table = builds(made_plan(instance, capacity=capacity(*rows)))
    assert len(table.rows) == len(clouds) + 1 <= MOST_ROWS
    assert table.rows[0][:4] == ("24 edge sites", "box (pods of 64)", "1,536", "0")
    assert table.rows[0][-1] == f"{24 * 64 * 1500 / 1e6:.0f}"
    assert [row[0] for row in table.rows[1:]] == clouds
    assert "Site by site in capacity.parquet" in table.note
