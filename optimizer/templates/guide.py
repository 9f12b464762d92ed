"""The README of a new folder: first steps, and the columns of its tables."""

import re
from collections.abc import Iterator, Mapping

from optimizer.io.tables import parse_table
from optimizer.load.dictionary.markdown import columns, summary
from optimizer.load.field_types import TABLES

BEGINNING = """\
# Your own case, from the template `TEMPLATE`

Written by `optimizer init`. Run these commands from any folder, with the path of this folder in
place of FOLDER:

    optimizer validate FOLDER        every error at once, with file and line
    optimizer solve FOLDER           a plan, with a proven bound
    optimizer displacement FOLDER    does edge replace cloud and grid load, or add to it?

To change one number for a single run, use `--set`, for example `--set money.discount_rate=0.05`;
the path names records by id.

- `instance.yaml`: start here. Its comments explain each part and what to change.
- `*.csv`: the tables that it names, with a header and one record in each row, as spreadsheets save
  them. Lines that start with `#` are comments, an empty cell takes the default, items of a list are
  separated by spaces, and a column `NAME.2028` holds the value for that year. The columns are
  explained at the end of this page. `optimizer export FOLDER --format xlsx --out case.xlsx` writes
  the whole case to one workbook.
- `studies/*.yaml`, if any: batches of what-ifs, with comments.
  `optimizer study FOLDER/studies/NAME.yaml` runs one; copy it to write your own.
- `assumptions.csv`: numbers without a source, with their ranges. Replace them with yours.
- `instance.schema.json`: the schema of `instance.yaml`, for completion and hints in editors.

The README of the shipped case follows. Read `instances/SHIPPED` in it as this folder; `docs/` and
scripts are in the project's repository.
"""

COLUMNS = """\
# Columns of the tables

The columns of this case. You can add others: `optimizer schema --format markdown` prints every
field, with unit, meaning, default and range.
"""


def beginning(template: str, shipped: str) -> str:
    """Return the first part of the README: first steps and files.

    Parameters
    ----------
    template : str
        Name of the template.
    shipped : str
        Name of the instance that it copies.
    """
    return BEGINNING.replace("TEMPLATE", template).replace("SHIPPED", shipped)


def columns_in_words(instance: str, tables: Mapping[str, str]) -> str:
    """Return the last part of the README: unit and meaning of each column.

    Parameters
    ----------
    instance : str
        Text of `instance.yaml`, which names the tables.
    tables : mapping of str to str
        Text of each CSV file by its name.
    """
    named = re.findall(r"^(\w+): (\S+\.csv)\b", instance, re.M)
    sections = [
        "\n".join(_section(field, file, tables[file])) for field, file in named if field in TABLES
    ]
    return "\n".join([COLUMNS, *sections])


def _section(field: str, file: str, text: str) -> Iterator[str]:
    """Describe one table: its records and its columns."""
    known = columns(field)
    yield f"## {file}\n"
    yield f"{summary(field)}\n"
    yield "| column | unit | meaning |\n|---|---|---|"
    for column in dict.fromkeys(name.split(".")[0] for name in parse_table(text, file).columns):
        unit, meaning = known[column]
        yield f"| `{column}` | {unit} | {meaning} |"
    yield ""
