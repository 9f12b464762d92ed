"""A column `time` puts hours in order; hours that cannot be right are reported, not guessed."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from optimizer.load import load_instance
from optimizer.problem.horizon import hourly_year, profiles_by_id
from optimizer.schema.instance import Instance
from tests.broken.case import BASE
from tests.load.books import edited, problems

HOUR = timedelta(hours=1)
PLAIN = "{id: system, table: profiles.csv, column: system}"
EVENING = "{id: evening, clock: local, table: profiles.csv, column: evening}"
Rows = list[tuple[str, float]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "case"))


def hours(year: int, count: int = 8760) -> list[datetime]:
    return [datetime(year, 1, 1) + at * HOUR for at in range(count)]


def value(at: datetime) -> float:
    """A value that encodes its hour of the year."""
    return 10_000 * at.month + 100 * at.day + at.hour


def give(folder: Path, rows: Rows, *, more: str = "", offset: float = 0) -> Path:
    """Read the profile `system` from rows of time and value."""
    (folder / "hours.csv").write_text("time,system\n" + "".join(f"{t},{v}\n" for t, v in rows))
    text = (folder / "instance.yaml").read_text()
    text = text.replace(PLAIN, f"{{id: system, table: hours.csv, column: system{more}}}")
    if offset:
        text = text.replace("days: 1", f"days: 1\n  utc_offset_h: {offset}")
    (folder / "instance.yaml").write_text(text)
    return folder


def values(instance: Instance) -> list[float]:
    return list(profiles_by_id(instance)["system"].values)


EXPECTED = [value(at) for at in hours(2023)]


def test_hours_of_a_year(folder: Path) -> None:
    rows = [(str(at), value(at)) for at in hours(2023)]
    instance = load_instance(give(folder, rows))
    assert values(instance) == EXPECTED
    assert instance.reading.notes == ()
    assert instance.reading.hours["system"][5] == f"{folder}/hours.csv:7"


def test_29_february_is_left_out_with_a_note(folder: Path) -> None:
    rows = [(at.isoformat(), value(at)) for at in hours(2024, 8784)]
    instance = load_instance(give(folder, rows))
    assert values(instance) == EXPECTED
    assert instance.reading.notes == (
        f"{folder}/hours.csv: 29 February 2024 (lines 1418 to 1441) is left out, since a year"
        " has 8760 hours here",
    )
    assert instance.reading.hours["system"][1416] == f"{folder}/hours.csv:1442"


def test_29_february_may_be_left_out_already(folder: Path) -> None:
    kept = [at for at in hours(2024, 8784) if (at.month, at.day) != (2, 29)]
    instance = load_instance(give(folder, [(str(at), value(at)) for at in kept]))
    assert values(instance) == EXPECTED
    assert not instance.reading.notes


def in_new_york(count: int = 8760) -> list[tuple[datetime, datetime]]:
    """Hours of 2023 in standard time, and on the clock of New York."""
    begins, ends = datetime(2023, 3, 12, 2), datetime(2023, 11, 5, 1)
    return [(at, at + HOUR if begins <= at < ends else at) for at in hours(2023, count)]


def test_daylight_saving_time_is_refused_unless_declared(folder: Path) -> None:
    rows = [(str(clock), value(at)) for at, clock in in_new_york()]
    assert problems(give(folder, rows)) == [
        "case/hours.csv:1684: time = 2023-03-12 03:00:00: an hour is missing before it, and"
        " 2023-11-05 01:00:00 is repeated in line 7395: do these times follow daylight saving"
        " time? Then give the profile daylight_saving: true, and its hours are converted to"
        " standard time"
    ]


def test_declared_daylight_saving_time_is_converted_to_standard_time(folder: Path) -> None:
    rows = [(str(clock), value(at)) for at, clock in in_new_york()]
    instance = load_instance(give(folder, rows, more=", daylight_saving: true"))
    assert values(instance) == EXPECTED


@pytest.mark.parametrize("lost", ["2023-11-05 01:00:00", "2023-07-01 00:00:00"])
def test_daylight_saving_time_with_a_change_missing_is_refused(folder: Path, lost: str) -> None:
    rows = [(str(clock), value(at)) for at, clock in in_new_york()]
    del rows[[time for time, _ in rows].index(lost)]
    messages = problems(give(folder, rows, more=", daylight_saving: true"))
    assert messages[0] == (
        "case/hours.csv:2: time = 2023-01-01 00:00:00: daylight_saving is true, so exactly one"
        " hour must be missing on a Sunday in March or April and exactly one repeated on a Sunday"
        " in September to November"
    )


def test_daylight_saving_needs_a_column_of_times(folder: Path) -> None:
    text = (folder / "instance.yaml").read_text()
    new = PLAIN.replace("}", ", daylight_saving: true}")
    (folder / "instance.yaml").write_text(text.replace(PLAIN, new))
    assert problems(folder) == [
        "case/instance.yaml:14: profiles.system.daylight_saving = true: needs a column of"
        " dates and times, which case/profiles.csv does not have"
    ]


def utc(at: datetime, offset: float) -> str:
    return at.replace(tzinfo=timezone(timedelta(hours=offset))).isoformat()


def test_times_with_an_offset_are_converted_to_the_clock_of_the_instance(folder: Path) -> None:
    """A year in UTC, for an instance five hours behind: hour k there is hour k + 5 in UTC."""
    rows = [(utc(at, 0), value(at)) for at in hours(2023)]
    instance = load_instance(give(folder, rows, offset=-5))
    assert values(instance) == EXPECTED[5:] + EXPECTED[:5]
    assert instance.reading.notes == (
        f"{folder}/hours.csv: 5 hours (lines 2 to 6) fall in the year before on the profile's"
        " clock; they are used for the end of 2023",
    )
    laid_out = hourly_year(instance, profiles_by_id(instance)["system"], None)
    np.testing.assert_array_equal(laid_out[:3], EXPECTED[5:8])
    ahead = load_instance(folder, ["time.utc_offset_h=3"])
    assert values(ahead) == EXPECTED[-3:] + EXPECTED[:-3]
    assert "3 hours (lines 8759 to 8761) fall in the year after" in ahead.reading.notes[0]
    assert values(load_instance(folder, ["time.utc_offset_h=0"])) == EXPECTED


def test_offsets_that_change_in_summer_need_no_declaration(folder: Path) -> None:
    rows = [(utc(clock, -5 if clock == at else -4), value(at)) for at, clock in in_new_york()]
    assert values(load_instance(give(folder, rows, offset=-5))) == EXPECTED
    local = load_instance(folder, ["profiles.system.clock=local", "zones.DOM.price_profile="])
    assert values(local) == EXPECTED


def test_a_day_starts_at_midnight_and_a_week_on_monday(folder: Path) -> None:
    monday = [datetime(2024, 1, 1) + at * HOUR for at in range(168)]
    instance = load_instance(give(folder, [(str(at), value(at)) for at in monday]))
    assert values(instance) == [value(at) for at in monday]
    later = [(str(at + timedelta(days=1)), 1.0) for at in monday]
    assert problems(give(folder, later)) == [
        "case/hours.csv:2: time = 2024-01-02 00:00:00: must be 00:00 on a Monday, where a"
        " profile of 168 hours begins"
    ]
    assert problems(give(folder, [(str(at + HOUR), 1.0) for at in monday[:24]])) == [
        "case/hours.csv:2: time = 2024-01-01 01:00:00: must be 00:00, where a profile of 24"
        " hours begins; if these times are the ends of hours, give the profile stamps: end"
    ]


def without(rows: Rows, *gone: int) -> Rows:
    return [row for at, row in enumerate(rows) if at not in gone]


def year(count: int = 8760, start: datetime = datetime(2023, 1, 1)) -> Rows:
    return [(str(start + at * HOUR), 1.0) for at in range(count)]


def put(rows: Rows, at: int, time: str) -> Rows:
    return [*rows[:at], (time, 1.0), *rows[at + 1 :]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (without(year(), 100, 101, 200),
         ["102: time = 2023-01-05 06:00:00: the hours from 2023-01-05 04:00:00 to 2023-01-05"
          " 05:00:00 are missing before it",
          "200: time = 2023-01-09 09:00:00: the hour 2023-01-09 08:00:00 is missing before it"]),
        (put(year(), 50, "2023-01-03 01:00"),
         ["52: time = 2023-01-03 01:00:00: is repeated: line 51 has the same time",
          "53: time = 2023-01-03 03:00:00: the hour 2023-01-03 02:00:00 is missing before it"]),
        (put(year(), 5, "5/1/2023 5:00"),
         ["8: time = 2023-01-01 06:00:00: the hour 2023-01-01 05:00:00 is missing before it",
          "2887: time = 2023-05-01 05:00:00: is repeated: line 7 has the same time"]),
        (put(year(), 5, "13/13/2023 5:00"),
         ["7: time = 13/13/2023 5:00: must be a date and time, as in 2026-01-31 23:00"]),
        (put(year(), 5, "2023-01-01 05:30"),
         ["7: time = 2023-01-01 05:30: must be a full hour: each row is an hour"]),
        (put(year(), 5, "2023-01-01 05:00Z"),
         ["7: time = 2023-01-01 05:00:00+00:00: has an offset from UTC, unlike the rows before"
          " it"]),
        (year(start=datetime(2023, 1, 1, 1)),
         ["2: time = 2023-01-01 01:00:00: must be 2023-01-01 00:00:00, the first hour of the"
          " year; if these times are the ends of hours, give the profile stamps: end"]),
        (year(start=datetime(2023, 4, 1)),
         ["2: time = 2023-04-01 00:00:00: must be 2023-01-01 00:00:00, the first hour of the"
          " year"]),
        (year(start=datetime(2024, 1, 1)),
         ["8761: time = 2024-12-30 23:00:00: must be the last hour of 2024, 2024-12-31"
          " 23:00:00"]),
        (year(8759),
         ["8760: time = 2023-12-31 22:00:00: is the last of 8759 hours from 2023-01-01 00:00:00;"
          " a profile has 24 hours (a day), 168 (a week) or 8760 (a year; 8784 with 29 February)"]),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_right_are_reported(
    folder: Path, rows: Rows, expected: Sequence[str]
) -> None:
    assert problems(give(folder, rows)) == [f"case/hours.csv:{line}" for line in expected]


def test_only_the_first_faults_of_a_kind_are_listed(folder: Path) -> None:
    rows = [(f"2023-01-01 {at // 4:02}:{15 * (at % 4):02}", 1.0) for at in range(96)]
    messages = problems(give(folder, rows))
    assert len(messages) == 6
    assert messages[-1] == "case/hours.csv:9: time: and 67 more such rows"


def test_a_first_weekday_unlike_that_of_the_table_is_noted(folder: Path) -> None:
    week = "".join(f"{hour},1.{hour:03}\n" for hour in range(168))
    (folder / "profiles.csv").write_text(f"hour,evening\n{week}")
    give(folder, [(str(at), value(at)) for at in hours(2023)])
    instance = load_instance(folder)
    assert instance.reading.notes == (
        f"{folder}/hours.csv is for 2023, which began on a Sunday, but time.first_weekday is"
        " monday: weekly profiles fall on different days",
    )
    assert not load_instance(folder, ["time.first_weekday=sunday"]).reading.notes


def test_times_do_not_matter_if_an_override_replaces_the_values(folder: Path) -> None:
    give(folder, without(year(), 5))
    day = ", ".join(["1"] * 24)
    assert len(values(load_instance(folder, [f"profiles.system.values=[{day}]"]))) == 24


def test_times_may_be_dates_in_a_workbook(folder: Path, tmp_path: Path) -> None:
    """Spreadsheets store dates as days and fractions of a day; they are read as shown."""
    monday = [datetime(2024, 1, 1) + at * HOUR for at in range(168)]
    rows = [(str(at), value(at)) for at in monday]
    instance = load_instance(give(folder, rows))

    def with_times(book: openpyxl.Workbook) -> None:
        sheet = book["profiles.week"]
        sheet["A1"] = "time"
        for row, at in enumerate(monday, 2):
            sheet.cell(row, 1).value = at

    file = edited(instance, tmp_path, with_times)
    assert load_instance(file).digest() == instance.digest()
    book = openpyxl.load_workbook(file)
    book["profiles.week"].delete_rows(100)
    book.save(file)
    assert problems(file) == [
        "case.xlsx:profiles.week!A100: time = 2024-01-05 03:00:00: the hour 2024-01-05 02:00:00 is"
        " missing before it"
    ]


def test_invalid_values_are_reported_with_their_row(folder: Path) -> None:
    rows: Rows = [(utc(at, 0), value(at)) for at in hours(2023)]
    give(folder, rows, offset=-5)
    text = (folder / "hours.csv").read_text().splitlines()
    text[1] = text[1].split(",")[0] + ",#N/A"
    text[9] = text[9].split(",")[0] + ",x"
    (folder / "hours.csv").write_text("\n".join(text))
    assert problems(folder) == [
        "case/hours.csv:2: profiles.system.values.0 = #N/A: is a spreadsheet error, not a value",
        "case/hours.csv:10: profiles.system.values.3 = x: must be a number",
    ]
