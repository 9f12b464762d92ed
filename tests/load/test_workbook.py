"""An instance survives a round trip through a workbook; faults in it have a sheet and a cell."""

import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl.styles import numbers

from optimizer.errors import InputError
from optimizer.export import write_workbook
from optimizer.load import load_instance
from optimizer.schema.demand import Profile
from optimizer.schema.instance import Instance
from tests.broken.case import BASE
from tests.factory import changed, every_policy
from tests.load.books import edited, problems
from tests.load.test_round_trip import TEXT, instances
from tests.properties.tiny import tiny_instances

SHIPPED = sorted(file.parent for file in Path("instances").glob("*/instance.yaml"))
HOURLY = {"abilene", "offgrid-us", "pjm"}
"""Shipped instances whose profiles have 8760 values."""


def read_again(instance: Instance) -> Instance:
    with tempfile.TemporaryDirectory() as folder:
        return load_instance(edited(instance, Path(folder)))


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(
            folder, id=folder.name, marks=pytest.mark.slow if folder.name in HOURLY else ()
        )
        for folder in SHIPPED
    ],
)
def test_a_shipped_instance_survives_the_round_trip(folder: Path) -> None:
    instance = load_instance(folder)
    assert read_again(instance).digest() == instance.digest()


def test_every_policy_survives_a_round_trip_through_openpyxl(tmp_path: Path) -> None:
    instance = every_policy()
    file = edited(instance, tmp_path, lambda book: None)
    assert load_instance(file) == instance


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(instances(TEXT))
def test_a_random_instance_survives_the_round_trip(instance: Instance) -> None:
    assert read_again(instance).digest() == instance.digest()


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tiny_instances())
def test_a_tiny_instance_survives_the_round_trip(instance: Instance) -> None:
    assert read_again(instance).digest() == instance.digest()


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    "text",
    ["=1+1", "#N/A", "null", '"', '""', '"a" and "b"', "'5", "12", "1e5", "TRUE", "2026-01-03",
     "a\nb", "a\rb", "\x01", "_x0041_", "\ufffe", "+1", "@a", "# note", "x" * 32000],
)  # fmt: skip
def test_text_that_spreadsheets_misread_survives_the_round_trip(text: str) -> None:
    instance = changed(
        every_policy(), {"title": text, "zones.Z.name": text, "hardware.node.source": text}
    )
    assert read_again(instance).digest() == instance.digest()


def test_null_fields_of_catalog_rows_survive_the_round_trip() -> None:
    """Empty cells of catalog rows would be filled from the catalog, so null must be written."""
    instance = load_instance("instances/policies")
    edits: dict[str, Any] = {
        "hardware.h100-node.memory_bandwidth_gb_per_s": None,
        "hardware.h100-node.source": "",
        "models.llama-3-1-8b.cache_kb_per_token": None,
    }
    other = changed(instance, edits)
    assert other.digest() != instance.digest()
    assert read_again(other).digest() == other.digest()


def test_rows_with_only_an_id_are_taken_from_the_catalog(tmp_path: Path) -> None:
    def only_ids(book: Any) -> None:
        for name in ("hardware", "models"):
            sheet = book[name]
            sheet.delete_cols(2, sheet.max_column)

    instance = load_instance("instances/policies")
    kept = [one for one in instance.hardware if one.id != "edge-b200"]
    rest = {
        "hardware": [one.model_dump(mode="json") for one in kept],
        "serving": [
            one.model_dump(mode="json") for one in instance.serving if one.hardware != "edge-b200"
        ],
        "pools": [
            one.model_dump(mode="json") for one in instance.pools if one.hardware != "edge-b200"
        ],
        "assumptions": [],
    }
    instance = changed(instance, rest)
    file = edited(instance, tmp_path, only_ids)
    assert load_instance(file).digest() == instance.digest()


def test_the_first_sheet_explains_each_field(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(edited(every_policy(), tmp_path))["instance"]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows()}
    assert rows["field"] == ["value", "unit", "meaning"]
    assert rows["time.years"] == [
        "2026 2028",
        "calendar year",
        "First year of each period, ascending",
    ]
    assert rows["money.discount_rate"] == [0.07, "fraction", "Real discount rate per year"]
    assert rows["policy.max_open_sites"][0] is None


def test_years_are_columns_and_blocks_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(edited(every_policy(), tmp_path))
    header = [cell.value for cell in book["zone_caps"][1]]
    assert header == ["id", "name", "zone", "site_kinds", "cap_mw", "cap_mw.2026", "cap_mw.2028"]
    assert [cell.value for cell in book["zone_caps"][2]][4:] == [None, 0.4, 0.5]
    blocks = [[cell.value for cell in row] for row in book["zones.supply_blocks"].iter_rows()]
    assert blocks == [
        ["zones_id", "size_mw", "adder_usd_per_mwh"],
        ["Z", 0.5, 0],
        ["Z", None, 20],
    ]
    assert [cell.value for cell in book["profiles.day"][1]] == ["hour", "day"]
    comment = book["zone_caps"]["E1"].comment
    assert comment.text == "Highest load in every hour; if null, no cap. Unit: MW"


def test_overrides_take_effect(tmp_path: Path) -> None:
    file = edited(every_policy(), tmp_path)
    assert load_instance(file, ["zones.Z.capacity_mw=14"]).zones[0].capacity_mw == {0: 14}
    assert problems(file, "zones.Z.capacity=14") == [
        "--set zones.Z.capacity=14: no field capacity in zones.Z; did you mean capacity_mw?"
    ]


def test_usual_edits_of_a_sheet_are_understood(tmp_path: Path) -> None:
    instance = load_instance(BASE)

    def untidy(book: Any) -> None:
        zones = book["zones"]
        zones.insert_rows(1, 2)
        zones.insert_cols(1)
        zones.insert_cols(4)
        zones["Z9"] = "   "
        zones["B6"] = "# a note of mine"
        zones["N3"], zones["N4"] = "# checked by", "me"
        book["sites"].title = " Sites "
        book["pools"]["C3"] = " 2000 "
        book.create_sheet("# my sums")["A1"] = 5
        book.create_sheet("Sheet1")
        book["instance"].insert_rows(3)
        for row in book["instance"].iter_rows(min_row=2):
            if row[0].value == "money.discount_rate":
                row[1].number_format = numbers.FORMAT_PERCENTAGE
        book["workloads"]["C2"].quotePrefix = True
        book["workloads"]["C2"] = "40"
        book["workloads"]["C2"].data_type = "s"
        book["hardware"]["B2"] = datetime(2026, 1, 3)

    loaded = load_instance(edited(instance, tmp_path, untidy))
    assert loaded == changed(instance, {"hardware.handset.name": "2026-01-03"})


def test_formulas_are_read_as_their_result(tmp_path: Path) -> None:
    def formula(book: Any) -> None:
        book["zones"]["D2"] = "=100+20"

    file = edited(load_instance(BASE), tmp_path, formula)
    assert problems(file) == [
        "case.xlsx:zones!D2: zones.DOM.limit_mw.2027: is a formula without a result: open the"
        " workbook in Excel and save it, or enter the value itself"
    ]
    _write_results(file, {"<f>100+20</f>": "<f>100+20</f><v>120</v>"})
    assert load_instance(file).zones[0].limit_mw == {2026: 120, 2027: 120}
    _write_results(file, {'r="D2"': 'r="D2" t="e"', "20</f><v>120</v>": "20</f><v>#DIV/0!</v>"})
    assert problems(file) == [
        "case.xlsx:zones!D2: zones.DOM.limit_mw.2027 = #DIV/0!: is a formula error, not a value"
    ]


def _write_results(file: Path, edits: dict[str, str]) -> None:
    """Put the results of formulas into a workbook, as Excel stores them."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, content in parts.items():
        text = content.decode("utf-8", "ignore")
        if name.startswith("xl/worksheets/sheet") and "<f>100+20</f>" in text:
            for before, after in edits.items():
                text = text.replace("<v></v>", "").replace("<v />", "").replace("<v/>", "")
                assert text.count(before) == 1, (before, text)
                text = text.replace(before, after)
            parts[name] = text.encode()
    with zipfile.ZipFile(file, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


EVERY_FAULT = [
    (
        "case.xlsx:instance!B7: money.discount_rate = 7: must be at most 1 (fraction); a "
        "percentage? 7% is 0.07"
    ),
    "case.xlsx:instance!B9: time.days = two: must be a whole number (days)",
    "case.xlsx:instance!A29: field = time.dais: no such field; did you mean time.days?",
    "case.xlsx:instance!A30: field = time.days: is given twice, first in row 9",
    (
        "case.xlsx:instance!A31: field = zones.DOM.limit_mw: belongs to a table, which has its"
        " own sheet, zones"
    ),
    (
        "case.xlsx:instance!A32: field = network.access_ms: is a group of fields:"
        " network.access_ms.device, network.access_ms.edge, network.access_ms.cloud, "
        "network.access_ms.offgrid"
    ),
    (
        "case.xlsx:classes!D2: classes.chat.quality_floor = 0.84: is formatted as a percentage "
        "and holds 0.84: format it as a number in points of 100"
    ),
    (
        "case.xlsx:workloads!C2: workloads.EAST/chat.demand_gtok_per_h = 1.234,5: must be a "
        "number (Gtok/h), with a decimal point and without commas"
    ),
    (
        "case.xlsx:workloads!C3: workloads.EAST/code.demand_gtok_per_h = 10%: must be a number "
        "(Gtok/h), without %"
    ),
    "case.xlsx:zones!C1: limit_mv.2026: unknown column of zones; did you mean limit_mw?",
    (
        "case.xlsx:zones!D2: zones.DOM.limit_mw.2027 = 2026-03-01 00:00:00: is formatted as a "
        "date: format it as a number and re-enter the value"
    ),
    (
        "case.xlsx:sites!C2: sites.phones.kind = devise: must be one of device, edge, cloud, "
        "offgrid; did you mean device?"
    ),
    "case.xlsx:sites!D2: sites.phones.zone = DON: no such id in zones; did you mean DOM?",
    (
        "case.xlsx:pools!A2: pools.True/handset.site = true: is TRUE or FALSE, not text: format"
        " the cell as text"
    ),
    (
        "case.xlsx:pools!C3: pools.ashburn/server.existing_units.2026 = 2000: fills the merged "
        "cells C3:C4: unmerge them and give each a value"
    ),
    "case.xlsx:profiles.day!C1: systen: no such id in profiles; did you mean system?",
    "case.xlsx:profiles.day!B5: profiles.evening.values.3 = x: must be a number",
    (
        "case.xlsx:interventions!A1: the sheet is hidden: unhide it, or start its name with # to"
        " have it ignored"
    ),
    (
        "case.xlsx:zoness!A1: unknown sheet; start its name with # to have it ignored; did you"
        " mean zones?"
    ),
]


def test_every_fault_is_reported_at_once_with_its_cell(tmp_path: Path) -> None:
    def break_it(book: Any) -> None:
        first = {row[0].value: row[1] for row in book["instance"].iter_rows()}
        first["money.discount_rate"].value = 7
        first["time.days"].value = "two"
        book["instance"].append(["time.dais", 3])
        book["instance"].append(["time.days", 3])
        book["instance"].append(["zones.DOM.limit_mw", 3])
        book["instance"].append(["network.access_ms", 3])
        book["zones"]["C2"] = "n/a"
        book["zones"]["D2"] = datetime(2026, 3, 1)
        book["zones"]["C1"] = "limit_mv.2026"
        book["sites"]["C2"] = "devise"
        book["sites"]["D2"] = "DON"
        book["pools"]["A2"] = True
        book["pools"].merge_cells("C3:C4")
        book["classes"]["D2"] = 0.84
        book["classes"]["D2"].number_format = "0%"
        book["workloads"]["C2"] = "1.234,5"
        book["workloads"]["C3"] = "10%"
        book["profiles.day"]["B5"] = "x"
        book["profiles.day"]["C1"] = "systen"
        book.create_sheet("zoness")["A1"] = 1
        book["interventions"].sheet_state = "hidden"

    file = edited(load_instance(BASE), tmp_path, break_it)
    assert problems(file) == EVERY_FAULT


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda book: book.remove(book["instance"]),
            [
                "case.xlsx: has no sheet instance with the fields that are not tables",
            ],
        ),
        (
            lambda book: book.remove(book["zones"]),
            [
                "case.xlsx:sites!D2: sites.phones.zone = DOM: no such id in zones; zones has none",
                "case.xlsx:sites!D3: sites.ashburn.zone = DOM: no such id in zones; zones has none",
                (
                    "case.xlsx:assumptions!A2: assumptions.zones.DOM.limit_mw.2027.path = "
                    "zones.DOM.limit_mw.2027: leads nowhere: no DOM in zones"
                ),
            ],
        ),
        (
            lambda book: book.remove(book["profiles.day"]),
            [
                (
                    "case.xlsx:profiles!A2: profiles.evening: no column evening on any of the"
                    " sheets profiles.day, profiles.week, profiles.year"
                ),
                (
                    "case.xlsx:profiles!A3: profiles.system: no column system on any of the"
                    " sheets profiles.day, profiles.week, profiles.year"
                ),
            ],
        ),
        (
            lambda book: book["pools"].delete_cols(1),
            [
                "case.xlsx:pools!A1: site: column is missing; it is required in pools",
            ],
        ),
        (
            lambda book: book["profiles.day"].delete_rows(7),
            [
                (
                    "case.xlsx:profiles.day!A7: hour = 6: must be 5 here: hours count up by one "
                    "from 0 or 1, so a row is missing, duplicated or out of order"
                ),
            ],
        ),
    ],
)
def test_missing_sheets_columns_and_rows_are_reported(
    change: Any, expected: list[str], tmp_path: Path
) -> None:
    assert problems(edited(load_instance(BASE), tmp_path, change)) == expected


def test_a_sheet_with_an_invalid_header_is_not_read(tmp_path: Path) -> None:
    def break_it(book: Any) -> None:
        book["zones"].insert_rows(1)
        book["zones"]["A1"] = "Our zones"
        book["zones"].merge_cells("A1:F1")
        book["pools"]["B1"] = "=1"
        book["instance"].sheet_state = "hidden"

    assert problems(edited(load_instance(BASE), tmp_path, break_it)) == [
        "case.xlsx:instance!A1: the sheet is hidden: unhide it, or start its name with # to have"
        " it ignored",
        "case.xlsx:zones!A1: the header is not text: one of its cells fills the merged cells A1:F1:"
        " unmerge them and give each a value",
        "case.xlsx:pools!A1: the header is not text: one of its cells is a formula without a"
        " result: open the workbook in Excel and save it, or enter the value itself",
    ]


def test_blocks_name_their_zone(tmp_path: Path) -> None:
    def break_it(book: Any) -> None:
        sheet = book["zones.supply_blocks"]
        sheet["A2"] = "z9"
        sheet["C3"] = "dear"
        sheet.append([None, 1, 2])

    assert problems(edited(every_policy(), tmp_path, break_it)) == [
        (
            "case.xlsx:zones.supply_blocks!A2: zones.supply_blocks.0.zones_id = z9: no such id "
            "in zones; did you mean Z?"
        ),
        (
            "case.xlsx:zones.supply_blocks!C3: zones.Z.supply_blocks.0.adder_usd_per_mwh = dear: "
            "must be a number ($/MWh)"
        ),
        "case.xlsx:zones.supply_blocks!A4: zones.supply_blocks.2: is required: zones_id",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"id,name\n", "is not a workbook; save it as an Excel workbook (.xlsx)"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "is an old Excel workbook (.xls); save it as an"
         " Excel workbook (.xlsx)"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
         "is encrypted: remove its password, or use a copy without one"),
        ({"a.txt": "x"}, "is a zip archive, not a workbook; save it as an Excel workbook (.xlsx)"),
        ({"[Content_Types].xml": "", "word/document.xml": ""},
         "is a zip archive, not a workbook; save it as an Excel workbook (.xlsx)"),
        ({"content.xml": "x"}, "is an OpenDocument file; save it as an Excel workbook (.xlsx)"),
        ({"xl/workbook.bin": "x"}, "is a binary workbook (.xlsb); save it as an Excel workbook"
         " (.xlsx)"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_a_workbook_is_refused(
    content: Any, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "case.xlsx"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        with zipfile.ZipFile(file, "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
    assert problems(file) == [f"case.xlsx: {message}"]


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    file = edited(load_instance(BASE), tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert problems(file) == [
        "case.xlsx: is damaged: its end is missing; save it as an Excel workbook (.xlsx)"
    ]
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<")
        archive.writestr("xl/workbook.xml", "<")
    (found,) = problems(file)
    assert found.startswith("case.xlsx: is damaged or not a workbook: ")
    within = whole.index(b"xl/worksheets/sheet1.xml") + 100
    file.write_bytes(whole[:within] + bytes(64) + whole[within + 64 :])
    (found,) = problems(file)
    assert found.startswith("case.xlsx: is damaged or not a workbook: ")


def test_other_types_of_workbook_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "case.xls").write_bytes(b"x")
    assert problems(tmp_path / "case.xls") == [
        "case.xls: this type of workbook is not supported; save it as an Excel workbook (.xlsx)"
    ]
    edited(load_instance(BASE), tmp_path)
    (found,) = problems(tmp_path)
    assert "no instance.yaml in this folder; to read the workbook, give its path: " in found
    assert found.endswith("case.xlsx")


def test_content_that_a_workbook_cannot_hold_is_refused(tmp_path: Path) -> None:
    too_long = changed(every_policy(), {"description": "x" * 32_768})
    with pytest.raises(InputError) as caught:
        write_workbook(too_long, tmp_path / "case.xlsx")
    assert str(caught.value) == (
        "instance: value: has 32,768 characters; a workbook cell holds at most 32,767"
    )
    hour = Profile(id="hour", values=(1.0,) * 24)
    with pytest.raises(InputError) as caught:
        write_workbook(
            changed(every_policy(), {"profiles": [hour.model_dump()], **_UNUSED}), "x.xlsx"
        )
    assert "profiles = hour: is the name of a column of hours in a workbook" in str(caught.value)
    with pytest.raises(InputError) as caught:
        write_workbook(every_policy(), tmp_path / "case.mps")
    assert str(caught.value).endswith("must end in .xlsx, which identifies a workbook")
    assert list(tmp_path.iterdir()) == []


_UNUSED = {
    "classes.chat.profile": None,
    "zones.Z.other_profile": None,
    "zones.Z.price_profile": None,
}


def test_an_archive_with_a_damaged_directory_is_refused(tmp_path: Path) -> None:
    """Found by mutation: its end is there, and what the end points to is not."""
    file = edited(load_instance(BASE), tmp_path)
    content = file.read_bytes()
    at = content.rindex(b"PK\x01\x02")
    file.write_bytes(content[:at] + b"XX" + content[at + 2 :])
    (message,) = problems(file)
    assert message.startswith("case.xlsx: is damaged or not a workbook: ")


def test_a_misspelt_sheet_does_not_hide_faults_of_the_sheet_it_resembles(tmp_path: Path) -> None:
    def break_it(book: Any) -> None:
        book.create_sheet("zone", 0)["A1"] = "id"
        book["zones"]["C2"] = -5

    assert problems(edited(load_instance(BASE), tmp_path, break_it)) == [
        "case.xlsx:zones!C2: zones.DOM.limit_mw.2026 = -5: must be at least 0 (MW)",
        "case.xlsx:zone!A1: unknown sheet; start its name with # to have it ignored; did you mean"
        " zones?",
    ]
