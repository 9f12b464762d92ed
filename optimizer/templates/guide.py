"""The README of a new folder: what to do first, and what each column of its tables is."""

import re
from collections.abc import Iterator, Mapping

from optimizer.io.tables import parse_table
from optimizer.load.dictionary.markdown import columns, summary
from optimizer.load.field_types import TABLES

BEGINNING = """\
# A case of your own, from the template `TEMPLATE`

Written by `optimizer init`. From anywhere, with the path of this folder for FOLDER:

    optimizer validate FOLDER        everything that is wrong at once, with file and line
    optimizer solve FOLDER           a plan, with a proven bound
    optimizer displacement FOLDER    does edge take load off the cloud and the grid, or add to it?

One figure is changed for a single run with `--set`, such as `--set money.discount_rate=0.05`;
records stand in the path by their id.

- `instance.yaml`: begin here. Its comments tell what each part is and what to change.
- `*.csv`: the tables that it names. A header, one record a row, as spreadsheets save them. Lines
  that begin with `#` are comments, an empty cell takes the default, a list in a cell is separated
  by blanks, and a column `NAME.2028` is the value of that year. Columns are explained at the end
  of this page. `optimizer export FOLDER --format xlsx --out case.xlsx` makes one workbook of all.
- `studies/*.yaml`, where there are any: batches of what-ifs, each with comments.
  `optimizer study FOLDER/studies/NAME.yaml` runs one; copy it for your own.
- `assumptions.csv`: the numbers that no source gives, with ranges. Put yours in.
- `instance.schema.json`: tells editors what may stand in `instance.yaml`, for completion and hints.

Below is the README of the case as shipped. Where it says `instances/SHIPPED`, read this folder;
`docs/` and the scripts that it names are in the project's repository.
"""

COLUMNS = """\
# Columns of the tables

Those in use here. More may be added: `optimizer schema --format markdown` prints every field that
there is, with unit, meaning, default and range.
"""


def beginning(template: str, shipped: str) -> str:
    """First part of the README: what to do, and what each file is.

    Parameters
    ----------
    template : str
        Name of the template.
    shipped : str
        Name of the instance that it is made from.
    """
    return BEGINNING.replace("TEMPLATE", template).replace("SHIPPED", shipped)


def columns_in_words(instance: str, tables: Mapping[str, str]) -> str:
    """Last part of the README: unit and meaning of each column.

    Parameters
    ----------
    instance : str
        Text of `instance.yaml`, whose top level names the tables.
    tables : mapping of str to str
        Text of each CSV file by its name.
    """
    named = re.findall(r"^(\w+): (\S+\.csv)\b", instance, re.M)
    sections = [
        "\n".join(_section(field, file, tables[file])) for field, file in named if field in TABLES
    ]
    return "\n".join([COLUMNS, *sections])


def _section(field: str, file: str, text: str) -> Iterator[str]:
    """One table: what a row is, and its columns."""
    known = columns(field)
    yield f"## {file}\n"
    yield f"{summary(field)}\n"
    yield "| column | unit | meaning |\n|---|---|---|"
    for column in dict.fromkeys(one.split(".")[0] for one in parse_table(text, file).columns):
        unit, meaning = known[column]
        yield f"| `{column}` | {unit} | {meaning} |"
    yield ""
