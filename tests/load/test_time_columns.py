"""Times of hourly tables as the world writes them are used, or refused, whatever their header."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from optimizer.load import load_instance
from optimizer.load.dates import read_moment
from tests.broken.case import BASE
from tests.load.books import problems
from tests.load.test_hourly_tables import EXPECTED, HOUR, PLAIN, hours, in_new_york, value, values

Write = Callable[[datetime], str]
YEAR = hours(2023)
WEEK = [datetime(2023, 1, 2) + at * HOUR for at in range(168)]
"""From a Monday; month/day would be other days, months apart."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "case"))


def give(folder: Path, header: str, rows: list[tuple[str, float]], more: str = "") -> Path:
    """Read the profile `system` from rows of times, in one column or several, and values."""
    lines = [f"{header},system", *(f"{time},{number}" for time, number in rows)]
    (folder / "hours.csv").write_text("\n".join(lines))
    text = (folder / "instance.yaml").read_text()
    new = f"{{id: system, table: hours.csv, column: system{more}}}"
    (folder / "instance.yaml").write_text(text.replace(PLAIN, new))
    return folder


def us(at: datetime) -> str:
    return f"{at.month}/{at.day}/{at.year} {at.hour}:00"


def twelve_hours(at: datetime) -> str:
    return f"{at:%m/%d/%Y %I:%M:%S %p}"


def serial(at: datetime) -> str:
    return f"{(at - datetime(1899, 12, 30)) / timedelta(days=1):.4f}"


@pytest.mark.parametrize(
    ("header", "write"),
    [
        ("Datetime", str),
        ("datetime_beginning_ept", us),
        ("Interval Start", twelve_hours),
        ("TIMESTAMP", lambda at: f"{at.day}.{at.month}.{at.year} {at:%H:%M}"),
        ("date_time", lambda at: f"{at:%d-%b-%y %H:%M}"),
        ("period", lambda at: f"{at:%Y%m%dT%H}"),
        ("when", serial),
        ("Date", lambda at: us(at).removesuffix(" 0:00")),
        ("epoch", lambda at: str(int((at - datetime(1970, 1, 1)).total_seconds()))),
        ("Time (UTC)", us),
        ("Date,Hour", lambda at: f"{at:%m/%d/%Y},{at.hour}"),
        ("Year,Month,Day,Period", lambda at: f"{at.year},{at.month},{at.day},{at.hour + 1}"),
        ("OPR_DT,OPR_HR", lambda at: f"{at.date()},{at.hour + 1}"),
        ("note,Hour Ending", lambda at: f"a,{us(at + HOUR)}"),
        ("any", lambda at: f"{at:%m/%d/%Y} 24:00" if at.hour == 23 else us(at + HOUR)),
    ],
)
def test_a_column_of_times_is_used_under_any_header(
    folder: Path, header: str, write: Write
) -> None:
    """The days come in falling order, their hours in rising order."""
    shuffled = [at for day in range(6, -1, -1) for at in WEEK[24 * day : 24 * day + 24]]
    give(folder, header, [(write(at), value(at)) for at in shuffled])
    instance = load_instance(folder)
    assert values(instance) == [value(at) for at in WEEK]
    assert instance.reading.hours["system"][0] == f"{folder}/hours.csv:{6 * 24 + 2}"
    assert "rows are not in the order of time; they are sorted" in instance.reading.notes[0]


def test_a_year_of_month_and_day_has_one_reading(folder: Path) -> None:
    give(folder, "Datetime", [(us(at), value(at)) for at in YEAR])
    assert values(load_instance(folder)) == EXPECTED


def test_a_table_that_falls_keeps_the_order_of_the_repeated_hour(folder: Path) -> None:
    rows = [(str(clock), value(at)) for at, clock in in_new_york()]
    give(folder, "Datetime", rows[::-1], ", daylight_saving: true")
    assert values(load_instance(folder)) == EXPECTED


def test_hours_that_end_are_known_by_the_missing_and_the_repeated_hour(folder: Path) -> None:
    """Ends of the hours of New York from 00:00 on 1 January, as published: one turns the year."""
    ends = [(str(clock + HOUR), value(at)) for at, clock in in_new_york()]
    rows = [(str(datetime(2023, 1, 1)), ends[-1][1]), *ends[:-1]]
    assert "2023-03-12 03:00:00" not in dict(rows)
    give(folder, "Datetime", rows)
    (message,) = problems(folder)
    assert "Then give the profile daylight_saving: true and stamps: end" in message
    give(folder, "x", rows)
    text = (folder / "instance.yaml").read_text()
    declared = text.replace("hours.csv, column", "hours.csv, daylight_saving: true, column")
    (folder / "instance.yaml").write_text(declared)
    instance = load_instance(folder)
    assert values(instance) == EXPECTED
    ended, turned = instance.reading.notes
    assert "since 03:00 is missing in spring and 02:00 repeated in autumn" in ended
    assert "1 hour (line 2) falls in the year before" in turned
    (folder / "instance.yaml").write_text(
        declared.replace("column: sys", "stamps: end, column: sys")
    )
    assert len(load_instance(folder).reading.notes) == 1
    wrong = declared.replace("column: sys", "stamps: begin, column: sys")
    (folder / "instance.yaml").write_text(wrong)
    (message,) = problems(folder)
    assert "as times that end their hours do, but stamps is begin" in message


def in_berlin() -> list[tuple[datetime, datetime]]:
    begins, ends = datetime(2023, 3, 26, 2), datetime(2023, 10, 29, 2)
    return [(at, at + HOUR if begins <= at < ends else at) for at in YEAR]


@pytest.mark.parametrize(("offset", "told"), [(1, True), (0, False)])
def test_european_changes_say_it_only_with_the_offset_of_the_clock(
    folder: Path, offset: int, told: bool
) -> None:
    rows = [(str(clock), value(at)) for at, clock in in_berlin()]
    give(folder, "cet", rows, ", daylight_saving: true")
    override = [f"time.utc_offset_h={offset}"]
    if told:
        assert values(load_instance(folder, override)) == EXPECTED
        return
    with pytest.raises(Exception, match="give the profile stamps: begin or stamps: end"):
        load_instance(folder, override)


def test_hours_in_utc_that_end_are_stated_to(folder: Path) -> None:
    rows = [(f"{at + HOUR:%Y-%m-%dT%H:%M}Z", value(at)) for at in YEAR]
    give(folder, "period", rows, ", stamps: end")
    assert values(load_instance(folder)) == EXPECTED
    west = load_instance(folder, ["time.utc_offset_h=-5"])
    assert values(west) == EXPECTED[5:] + EXPECTED[:5]


def test_a_column_in_utc_comes_before_local_time_and_the_other_is_named(folder: Path) -> None:
    rows = [(f"{clock},{at}", value(at)) for at, clock in in_new_york()]
    give(folder, "Local time,UTC time", rows)
    instance = load_instance(folder)
    assert values(instance) == EXPECTED
    assert instance.reading.notes[-1] == (
        f"{folder}/hours.csv: hours are those of UTC time; not used: Local time"
    )


@pytest.mark.parametrize(
    ("header", "rows", "expected"),
    [
        ("Hour", [str(8759 - hour) for hour in range(8760)],
         "2: Hour = 8759: must be 0 here: hours count up by one from 0 or 1, so a row is missing,"
         " duplicated or out of order"),
        ("second", [str(600 * row) for row in range(24)],
         "3: second = 600: must be 3600 here: hours count up by 3600 from 0 or 3600, so a row is"
         " missing, duplicated or out of order"),
        ("Datetime", [str(datetime(2023, 1, 4) + at * HOUR) for at in range(168)],
         "2: Datetime = 2023-01-04 00:00:00: must be 00:00 on a Monday, where a profile of 168"
         " hours begins"),
        ("when", [f"2023-01-01 {at:02}:00 EST" for at in range(24)],
         "2: when = 2023-01-01 00:00 EST: must be a date and time, as in 2026-01-31 23:00"),
        ("Date", ["2023-01-01"] * 24,
         "2: Date = 2023-01-01: is a date without a time of day, and no column gives the hour"),
        ("Date,HE", [f"2023-01-01,{at + 2}" for at in range(24)],
         "25: Date, HE = 2023-01-01 25: must be a date and time, as in 2026-01-31 23:00"),
        ("Timestamp", [f"hour {at}" for at in range(24)],
         "2: Timestamp = hour 0: must be a date and time, as in 2026-01-31 23:00"),
        ("x", [f"2023-01-01T{at:02}:00+05:30" for at in range(24)],
         "2: x = 2023-01-01 00:00:00+05:30: is 18:30 on the instance's clock, half-way through an"
         " hour or so; expected a full hour: set time.utc_offset_h to a whole number of hours from"
         " these times"),
        ("x", [us(datetime(2023, 2, 1) + at * HOUR) for at in range(24)], None),
    ],
)  # fmt: skip
def test_times_that_cannot_be_used_are_refused(
    folder: Path, header: str, rows: list[str], expected: str | None
) -> None:
    """The last is a day of either 1 February or 2 January: its hours are the same."""
    found = problems(give(folder, header, [(time, 1.0) for time in rows])) if expected else []
    if expected is None:
        load_instance(give(folder, header, [(time, 1.0) for time in rows]))
    else:
        assert found[0] == f"case/hours.csv:{expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12:00", None),
        ("3/4/2023 12:00 AM", datetime(2023, 3, 4)),
        ("3/4/2023 13:00 PM", None),
        ("2023-02-29 01:00", None),
        ("2023-01-31 24:00", datetime(2023, 2, 1)),
        ("2023-01-31 24:30", None),
        ("Sun, 1 Jan 2023 05:00:00", datetime(2023, 1, 1, 5)),
        ("2023-01-01 04:59:59.9996", datetime(2023, 1, 1, 5)),
        ("20230101:0500", datetime(2023, 1, 1, 5)),
    ],
)
def test_a_cell_is_the_time_that_it_says_or_none(text: str, expected: datetime | None) -> None:
    moment = read_moment(text)
    assert (moment and moment.time) == expected
