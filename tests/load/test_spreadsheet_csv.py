"""CSV tables as spreadsheets write them are read, or refused with what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.load import load_instance
from tests.broken.case import BASE
from tests.load.books import problems

TABLES = ("zones.csv", "workloads.csv", "pools.csv", "profiles.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "case"))


def semicolons(text: str) -> str:
    return text.replace(",", ";").replace(".csv", "!").replace("!", ".csv")


def decimal_commas(text: str) -> str:
    header, *rows = semicolons(text).split("\n")
    return "\n".join([header, *(row.replace(".", ",") for row in rows)])


def body(text: str) -> str:
    """The table without its comments."""
    return "".join(line for line in text.splitlines(True) if not line.startswith("#"))


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "byte-order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16, tabs": lambda text: text.replace(",", "\t").encode("utf-16"),
    "UTF-16, big-endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "semicolons": lambda text: semicolons(text).encode(),
    "decimal commas": lambda text: decimal_commas(text).encode("utf-8-sig"),
    "decimal commas, tabs": lambda text: decimal_commas(text).replace(";", "\t").encode("utf-16"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "lines of an old Mac": lambda text: text.replace("\n", "\r").encode(),
    "sep=": lambda text: b"sep=;\r\n" + semicolons(text).encode(),
    "blank columns and rows": lambda text: (
        "".join(f"{line},,,\n" for line in text.splitlines()) + ",,,,,\n\n"
    ).encode(),
    "a blank column within": lambda text: (
        "".join("{0},,{2}\n".format(*line.partition(",")) for line in text.splitlines())
    ).encode(),
    "a column of notes": lambda text: "".join(
        f"{line},{'#seen' if at == 0 else 'yes'}\n" for at, line in enumerate(text.splitlines())
    ).encode(),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=list(WRITTEN))
@pytest.mark.parametrize("table", TABLES)
def test_tables_in_spreadsheet_formats_are_read_alike(
    folder: Path, table: str, written: Callable[[str], bytes]
) -> None:
    file = folder / table
    file.write_bytes(written(body(file.read_text())))
    assert load_instance(folder).digest() == load_instance(BASE).digest()


ZONES = "id;limit_mw.2026;limit_mw.2027;energy_price_usd_per_mwh;price_profile\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("DOM;1.234,5;110;45;system",
         "1.234,5: has thousands separators, which are not read: write every number without"
         " thousands separators, and with a decimal point or a decimal comma, the same throughout"),
        ("DOM;1.234.567;110;45;system",
         "1.234.567: has thousands separators, which are not read: write every number without"
         " thousands separators, and with a decimal point or a decimal comma, the same throughout"),
        ("DOM;1.234;110;45;system",
         "1.234: may be 1.234 or 1234, and no other number in the table shows which: write 1234, or"
         " 1.2340 for the smaller, or use a workbook (.xlsx)"),
        ("DOM;1,234;110;45;system",
         "1,234: may be 1.234 or 1234, and no other number in the table shows which: write 1234, or"
         " 1,2340 for the smaller, or use a workbook (.xlsx)"),
        ("DOM;1.234;110,5;45;system",
         "110,5: has a comma, but 1.234 in line 2 has a point: write every number without"
         " thousands separators, and with the same decimal separator"),
    ],
)  # fmt: skip
def test_ambiguous_thousands_are_refused(folder: Path, row: str, message: str) -> None:
    (folder / "zones.csv").write_text(f"{ZONES}{row}\n")
    assert problems(folder) == [f"case/zones.csv:2: {message}"]


def test_other_numbers_of_the_table_resolve_the_ambiguity(folder: Path) -> None:
    for first, second, read in (("1.234", "0.5", 1.234), ("1,234", "0,5", 1.234)):
        (folder / "zones.csv").write_text(f"{ZONES}DOM;{first};110;{second};system\n")
        zone = load_instance(folder, ["assumptions=[]"]).zones[0]
        assert zone.limit_mw == {2026: read, 2027: 110}
        assert zone.energy_price_usd_per_mwh == {0: 0.5}


def test_decimal_commas_are_refused_if_commas_separate_the_cells(folder: Path) -> None:
    (folder / "zones.csv").write_text(f'{ZONES.replace(";", ",")}DOM,"120,5",110,45,system\n')
    assert problems(folder) == [
        "case/zones.csv:2: 120,5: has a comma: write every number without thousands separators,"
        " and with a decimal point; decimal commas are read only if semicolons or tabs separate"
        " the columns"
    ]


def test_ambiguous_profiles_are_refused(folder: Path) -> None:
    rows = "".join(f"{hour};1.{hour + 100};0.9\n" for hour in range(24))
    (folder / "profiles.csv").write_text(f"hour;evening;system\n{rows}".replace("1.105", "1,105"))
    assert problems(folder) == [
        "case/profiles.csv:7: 1,105: has a comma, but 1.100 in line 2 has a point: write every"
        " number without thousands separators, and with the same decimal separator"
    ]


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("zones.csv", "DOM,120", "DOM,3-Jan",
         "zones.csv:2: zones.DOM.limit_mw.2026 = 3-Jan: must be a number (MW), which a"
         " spreadsheet converted to a date: format the cell as a number and re-enter it"),
        ("zones.csv", "DOM,120", "DOM,2026-01-03 00:00:00",
         "zones.csv:2: zones.DOM.limit_mw.2026 = 2026-01-03 00:00:00: must be a number (MW), which"
         " a spreadsheet converted to a date: format the cell as a number and re-enter it"),
        ("zones.csv", "DOM,120", "DOM,12%",
         "zones.csv:2: zones.DOM.limit_mw.2026 = 12%: must be a number (MW), without %"),
        ("pools.csv", "150000,0.1", "150000,10%",
         "pools.csv:3: pools.phones/handset.duty_cycle = 10%: must be a number (fraction), without"
         " %; 10% is 0.1"),
        ("zones.csv", "DOM,120", "DOM,#DIV/0!",
         "zones.csv:2: zones.DOM.limit_mw.2026 = #DIV/0!: is a spreadsheet error, not a value"),
        ("zones.csv", "45,system", "45,#N/A",
         "zones.csv:2: zones.DOM.price_profile = #N/A: is a spreadsheet error, not a value"),
        ("zones.csv", "45,system", "####,system",
         "zones.csv:2: zones.DOM.energy_price_usd_per_mwh = ####: is a spreadsheet error, not a"
         " value"),
        ("sites.csv", "phones,device,DOM,EAST", "phones,device,DOM,Mar-26",
         "sites.csv:2: sites.phones.region = Mar-26: is an id that a spreadsheet converted to a"
         " date: format the column as text and re-enter the id"),
        ("sites.csv", "phones,device,DOM,EAST", "phones,device,DOM,1.23457E+12",
         "sites.csv:2: sites.phones.region = 1.23457E+12: is an id that a spreadsheet converted"
         " to a number, losing its last digits: format the column as text and re-enter the id"),
        ("pools.csv", ",16,500", ",1.6E+01,500",
         "pools.csv:4: pools.ashburn/server.units_per_pod = 1.6E+01: must be a whole number"
         " (count), written out in full: digits may have been lost"),
        ("profiles.csv", "\n3,0.84", "\n3,#REF!",
         "profiles.csv:5: profiles.evening.values.3 = #REF!: is a spreadsheet error, not a value"),
        ("profiles.csv", "\n3,0.84", "\n3,Jan-84",
         "profiles.csv:5: profiles.evening.values.3 = Jan-84: must be a number, which a"
         " spreadsheet converted to a date: format the cell as a number and re-enter it"),
        ("profiles.csv", "\n3,0.84", "\n4,0.84",
         "profiles.csv:5: hour = 4: must be 3 here: hours count up by one from 0 or 1, so a row is"
         " missing, duplicated or out of order"),
    ],
)  # fmt: skip
def test_values_damaged_by_a_spreadsheet_are_reported(
    folder: Path, table: str, old: str, new: str, message: str
) -> None:
    text = (folder / table).read_text()
    assert text.count(old) == 1
    (folder / table).write_text(text.replace(old, new))
    assert problems(folder) == [f"case/{message}"]


def test_an_id_that_is_an_error_is_not_a_comment(folder: Path) -> None:
    text = (folder / "workloads.csv").read_text()
    (folder / "workloads.csv").write_text(text.replace("WEST,code,8", "#REF!,code,8"))
    assert problems(folder) == [
        "case/workloads.csv:5: workloads.#REF!/code.region = #REF!: is a spreadsheet error, not a"
        " value",
    ]


def test_a_date_in_a_text_field_is_text(folder: Path) -> None:
    text = (folder / "zones.csv").read_text()
    (folder / "zones.csv").write_text(
        text.replace("price_profile", "price_profile,name").replace("system", "system,3-Jan")
    )
    assert load_instance(folder).zones[0].name == "3-Jan"
