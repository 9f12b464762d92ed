"""Whatever a sound instance holds, its dump is read as the same instance."""

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.load import load_instance
from optimizer.problem.unserved import unserved_faults
from optimizer.schema.demand import Profile, Region, Workload, WorkloadClass
from optimizer.schema.grid import Zone
from optimizer.schema.instance import Instance
from optimizer.schema.sites import Link, Pool, Site
from tests.broken.case import BASE

BASIS = load_instance(BASE)
YEARS = st.integers(1990, 2060)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,8}", fullmatch=True)
TEXT = st.text(max_size=20).map(str.strip)
PRINTED = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=20).map(str.strip)
"""What YAML takes as it stands."""


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False)


def paths(low: float, high: float) -> st.SearchStrategy[dict[int, float]]:
    constant = numbers(low, high).map(lambda value: {0: value})
    return constant | st.dictionaries(YEARS, numbers(low, high), min_size=1, max_size=3)


def ids(most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(IDS, min_size=1, max_size=most, unique=True)


@st.composite
def instances(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Instance:
    regions, classes, zones, clouds = draw(ids()), draw(ids()), draw(ids()), draw(ids())
    profiles = draw(ids(2))
    tables: dict[str, Any] = dict(BASIS)
    tables["name"] = draw(IDS)
    tables["description"] = draw(text)
    tables["assumptions"] = tables["interventions"] = ()
    tables["regions"] = tuple(
        Region(id=key, name=draw(text), latitude_deg=draw(numbers(-90, 90)), longitude_deg=0)
        for key in regions
    )
    tables["profiles"] = tuple(
        Profile(id=key, values=(1.0, *draw(st.lists(numbers(0, 9), min_size=23, max_size=23))))
        for key in profiles
    )
    tables["classes"] = tuple(
        WorkloadClass(
            id=key,
            slo_ms=draw(numbers(1e3, 1e5)),
            profile=draw(st.none() | st.sampled_from(profiles)),
            choke_price_usd_per_mtok=draw(numbers(1, 1e4)),
            demand_multiplier=draw(paths(0, 100)),
            must_serve=draw(st.booleans()),
        )
        for key in classes
    )
    tables["workloads"] = tuple(
        Workload.model_validate(
            {"region": region, "class": key, "demand_gtok_per_h": draw(paths(0, 1e5))}
        )
        for region in regions
        for key in draw(st.lists(st.sampled_from(classes), min_size=1, unique=True))
    )
    tables["zones"] = tuple(
        Zone(
            id=key,
            limit_mw=draw(st.none() | paths(0, 1e5)),
            energy_price_usd_per_mwh=draw(paths(-100, 1000)),
            price_profile=draw(st.none() | st.sampled_from(profiles)),
        )
        for key in zones
    )
    tables["sites"] = tuple(
        Site(
            id=key,
            kind=draw(st.sampled_from(["edge", "cloud"])),
            zone=draw(st.sampled_from(zones)),
            region=draw(st.sampled_from(regions)),
            it_limit_mw=draw(st.none() | paths(1e4, 1e5)),
        )
        for key in clouds
    )
    tables["pools"] = tuple(
        Pool(site=key, hardware="server", existing_units=draw(paths(0, 1e6))) for key in clouds
    )
    tables["links"] = tuple(
        Link(region=region, site=key, rtt_ms=draw(st.none() | numbers(0, 500)))
        for region in regions
        for key in draw(st.lists(st.sampled_from(clouds), unique=True))
    )
    instance = Instance(**tables)
    assume(not any(unserved_faults(instance)))
    return instance


@settings(max_examples=50)
@given(instances(TEXT))
def test_dump_is_read_as_the_same_instance(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "instance.json").write_text(instance.to_json(), "utf-8")
        assert load_instance(folder) == instance


def flat(record: dict[str, Any]) -> dict[str, str]:
    """Cells of a record by dotted column."""
    cells = {}
    for key, value in record.items():
        if isinstance(value, dict):
            cells.update({f"{key}.{inner}": repr(one) for inner, one in value.items()})
        elif isinstance(value, list):
            assert not value, "no table of these holds a list"
        elif value is not None:
            cells[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return cells


@settings(max_examples=25)
@given(instances(PRINTED))
def test_tables_are_read_as_the_same_instance(instance: Instance) -> None:
    data = json.loads(instance.to_json())
    for table in ("workloads", "zones", "pools", "links"):
        rows = [flat(record) for record in data[table]]
        if not rows:
            continue
        with tempfile.TemporaryDirectory() as folder:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (Path(folder) / "t.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)
            as_yaml = json.dumps({**data, table: "t.csv"}, ensure_ascii=False)  # JSON is YAML
            (Path(folder) / "instance.yaml").write_text(as_yaml, "utf-8")
            assert load_instance(folder) == instance
