"""Whatever the cells of a workbook hold, the result is an instance or a list of problems."""

import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.schema.instance import Instance
from tests.factory import every_policy
from tests.load.books import edited

CELLS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(
    ["", " ", "x", "=1", "#REF!", "null", '""', "# note", "id", "time", "hour", "limit_mw.2026",
     "limit_mw.x", "a.b.c", "..", "1,5", "9" * 400, "3-Jan", "Z", "day", "name", "zones_id",
     datetime(2026, 1, 3), date(2026, 1, 3), time(3, 4)]
)  # fmt: skip
NAMES = ["instance", "zones", "zones.supply_blocks", "sites", "hardware", "profiles",
         "profiles.day", "capacity_areas", "storage", "classes"]  # fmt: skip


EVERY_POLICY = every_policy()


def read(file: Path) -> Instance | InputError:
    try:
        return load_instance(file)
    except InputError as error:
        return error


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_any_cell_gives_an_instance_or_a_list_of_problems(data: st.DataObject) -> None:
    def scribble(book: Any) -> None:
        for _ in range(data.draw(st.integers(1, 4))):
            sheet = book[data.draw(st.sampled_from(NAMES))]
            row = data.draw(st.integers(1, sheet.max_row + 1))
            column = data.draw(st.integers(1, sheet.max_column + 1))
            cell = sheet.cell(row, column)
            cell.value = data.draw(CELLS)
            cell.number_format = data.draw(st.sampled_from(["General", "0%", "yyyy-mm-dd"]))

    with tempfile.TemporaryDirectory() as folder:
        file = edited(EVERY_POLICY, Path(folder), scribble)
        found = read(file)
    if isinstance(found, InputError):
        assert found.problems
        assert len(str(found).splitlines()) == len(found.problems)
    else:
        assert isinstance(found, Instance)
