"""Folders, files, catalog rows and lists become the records that they say."""

import shutil
from pathlib import Path

import pytest

from optimizer import catalog
from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.schema.base import at_year
from tests.broken.case import BASE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_a_folder_and_its_file_give_the_same_instance() -> None:
    assert load_instance(BASE) == load_instance(str(BASE / "instance.yaml"))


def test_tables_become_records() -> None:
    instance = load_instance(BASE)
    assert [workload.id for workload in instance.workloads] == [
        "EAST/chat",
        "EAST/code",
        "WEST/chat",
        "WEST/code",
    ]
    (zone,) = instance.zones
    assert zone.limit_mw == {2026: 120.0, 2027: 110.0}
    assert zone.energy_price_usd_per_mwh == {0: 45.0}
    phones, ashburn = instance.pools
    assert phones.existing_units == {2026: 1e5, 2027: 1.5e5}
    assert phones.max_pods == 0  # an empty cell takes the default
    assert ashburn.units_per_pod == 16


def test_a_profile_has_the_values_of_its_column() -> None:
    evening, system = load_instance(BASE).profiles
    assert evening.clock == "local"
    assert system.clock == "instance"
    assert len(evening.values) == 24
    assert max(range(24), key=evening.values.__getitem__) == 20
    assert max(range(24), key=system.values.__getitem__) == 17


def test_years_between_given_ones_are_interpolated(folder: Path) -> None:
    edit(folder / "zones.csv", "limit_mw.2027", "limit_mw.2028")
    edit(folder / "instance.yaml", "[2026, 2027]", "[2026, 2027, 2028]")
    (zone,) = load_instance(folder).zones
    assert zone.limit_mw is not None
    assert at_year(zone.limit_mw, 2027) == pytest.approx(115)


def test_ids_of_a_cell_are_separated_by_spaces(folder: Path) -> None:
    edit(folder / "zones.csv", "DOM,120,110,45,system", "DOM,,,45,\nAEP,,,40,")
    edit(folder / "instance.yaml", "zones: zones.csv", "zones: zones.csv\ncapacity_areas: a.csv")
    header = "id,zones,forecast_pool_requirement,capacity_price_usd_per_mw_day"
    (folder / "a.csv").write_text(f"# one area\n{header}\n\nRTO,DOM  AEP,0.93,333.44\n,,,\n")
    (area,) = load_instance(folder).capacity_areas
    assert area.zones == ("DOM", "AEP")


def test_no_is_text_as_in_yaml_1_2(folder: Path) -> None:
    text = (folder / "instance.yaml").read_text().replace("WEST", "no")
    (folder / "instance.yaml").write_text(text)
    edit(folder / "workloads.csv", "WEST,chat,30\nWEST,code,8", "no,chat,30\nno,code,8")
    assert load_instance(folder).regions[1].id == "no"


def test_a_catalog_row_is_used_whole_or_in_part(folder: Path) -> None:
    edit(
        folder / "instance.yaml",
        "hardware:\n",
        "hardware:\n  - h100-node\n  - {id: b200-node, idle_w: 1234, capex_usd: {2026: 5}}\n",
    )
    h100, b200, handset, _ = load_instance(folder).hardware
    assert h100 == catalog.hardware("h100-node")
    assert b200 == catalog.hardware("b200-node").model_copy(
        update={"idle_w": 1234.0, "capex_usd": {2026: 5.0}}
    )
    assert handset.idle_w == 0.5


def test_an_override_of_a_catalog_row_stays_in_its_instance(folder: Path) -> None:
    edit(folder / "instance.yaml", "hardware:\n", "hardware:\n  - h100-node\n")
    before = catalog.hardware("h100-node")
    changed = load_instance(folder, ["hardware.h100-node.idle_w=77"])
    assert changed.hardware[0].idle_w == 77
    assert catalog.hardware("h100-node") == before
    assert load_instance(folder).hardware[0] == before


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(folder: Path) -> None:
    text = (folder / "zones.csv").read_text().replace("\n", "\r\n")
    (folder / "zones.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_instance(folder) == load_instance(BASE)


def test_a_dump_is_read_as_the_same_instance(tmp_path: Path) -> None:
    instance = load_instance(BASE)
    (tmp_path / "instance.json").write_text(instance.to_json())
    assert load_instance(tmp_path) == instance
    assert load_instance(tmp_path / "instance.json") == instance
    assert load_instance(tmp_path).to_json() == instance.to_json()


def test_a_dump_does_not_depend_on_the_catalog(tmp_path: Path, folder: Path) -> None:
    edit(folder / "instance.yaml", "hardware:\n", "hardware:\n  - h100-node\n")
    dumped = load_instance(folder).to_json()
    assert dumped.count('"h100-node"') == 1
    (tmp_path / "instance.json").write_text(dumped.replace('"h100-node"', '"b200-node"'))
    assert load_instance(tmp_path).hardware[0] == catalog.hardware("h100-node").model_copy(
        update={"id": "b200-node"}
    )


def test_an_invalid_dump_is_reported_by_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped = load_instance(BASE).to_json()
    monkeypatch.chdir(tmp_path)
    Path("instance.json").write_text(dumped.replace('"2026":120.0', '"2026":-120.0'))
    with pytest.raises(InputError) as caught:
        load_instance("instance.json", ["zones.DOM.limit_mw.2027=x"])
    assert str(caught.value) == (
        "instance.json: zones.DOM.limit_mw.2026 = -120: must be at least 0 (MW)\n"
        "--set zones.DOM.limit_mw.2027=x: must be a number (MW)"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1,\n "b"}', "i.json:2: is not valid JSON: Expecting ':' delimiter"),
        ("[" * 100_000, "i.json: is not valid JSON: nested too deeply or a number too long"),
        ("[1]", "i.json: is not an instance: expected a mapping of fields"),
    ],
)
def test_json_that_is_not_an_instance_is_refused(
    content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("i.json").write_text(content)
    with pytest.raises(InputError) as caught:
        load_instance("i.json")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: " + "[" * 600, "i.yaml: is nested too deeply"),
        ("a: &a [*a]", "i.yaml:1: an alias refers to a value that contains it"),
        ("%YAML 1.1\n---\na: no", "i.yaml:1: requests YAML 1.1 but is read as YAML 1.2:"),
        ("a: 1\n---\na: 2", "i.yaml:2: is not valid YAML: a second document starts here"),
        ("# nothing", "i.yaml: has no content"),
        ("a: \x07", "i.yaml:1: contains the character U+0007, which YAML does not allow"),
        (
            "a: !!python/name:os.system x",
            "i.yaml:1: a: the tag !!python/name:os.system is not supported",
        ),
        ("? [a]\n: 1", "i.yaml:1: a key cannot be a list or a mapping"),
        (f"a: {'9' * 5000}", "i.yaml:1: a: is a number that cannot be read"),
        ("<<: {name: b}", "i.yaml:1: <<: unknown key; allowed are format, name"),
    ],
)
def test_yaml_that_is_not_an_instance_is_refused(
    content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("i.yaml").write_text(content)
    with pytest.raises(InputError) as caught:
        load_instance("i.yaml")
    assert any(line.startswith(message) for line in str(caught.value).splitlines())


def test_a_missing_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pjm").mkdir()
    for named, message in (
        ("pjn", "pjn: no such file or folder; did you mean pjm?"),
        ("nowhere/at/all", "nowhere/at/all: no such file or folder"),
        ("pjm", "pjm: no instance.yaml in this folder"),
    ):
        with pytest.raises(InputError) as caught:
            load_instance(named)
        assert str(caught.value) == message


def test_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    outside = folder.parent / "zones.csv"
    (folder / "zones.csv").rename(outside)
    (folder / "zones.csv").symlink_to(outside)
    with pytest.raises(InputError, match=r"zones = zones\.csv: a table must be in"):
        load_instance(folder)


def test_every_problem_has_its_place(folder: Path) -> None:
    edit(folder / "zones.csv", "DOM,120", "DOM,-5")
    edit(folder / "sites.csv", "ashburn,cloud", "ashburn,clod")
    edit(folder / "workloads.csv", "WEST,code", "WETS,code")
    (folder / "classes.csv").unlink()
    with pytest.raises(InputError) as caught:
        load_instance(folder, ["time.days=0"])
    found = [
        (Path(problem.file).name, problem.line, problem.field, problem.value)
        for problem in caught.value.problems
    ]
    assert found == [
        ("instance.yaml", 15, "classes", "classes.csv"),
        ("workloads.csv", 5, "workloads.WETS/code.region", "WETS"),
        ("zones.csv", 2, "zones.DOM.limit_mw.2026", "-5"),
        ("sites.csv", 3, "sites.ashburn.kind", "clod"),
        ("--set time.days=0", None, "", None),
    ]
    assert len(str(caught.value).splitlines()) == len(found)


def test_a_message_stays_on_one_line(folder: Path) -> None:
    edit(folder / "instance.yaml", "name: base", 'name: "a\\nb\\e[31m"')
    with pytest.raises(InputError) as caught:
        load_instance(folder)
    assert str(caught.value).splitlines() == [str(caught.value)]
    assert "\x1b" not in str(caught.value)
