"""The dictionary of output tables as a page."""

from optimizer.plan.output_tables import TABLES, OutputTable

HEAD = """\
# Output tables

Every column of the tables of a plan, with its unit and meaning. `optimizer schema --format outputs`
writes this page from `optimizer/plan/output_tables.py`, from which plans are written and verified
too, and a test keeps it up to date.

`optimizer solve` saves each table as TABLE.parquet, beside `plan.json` (status, welfare, bound,
cost, gap and how the plan was made) and `instance.json` (the instance that was solved). In Python
they are pandas tables: `plan.tables["zones"]`, and for short `plan.placement`, `plan.capacity`,
`plan.power` and `plan.prices`.

- Rows are identified by the columns of kind *key*, and there is one row for each combination that
  the instance allows unless the table says otherwise. Columns of kind *label* repeat the instance.
- A year's total is the sum of rate × `length_h` × `days_per_year` over its slots.
- A plan that found no solution has empty tables.

[measures.md](measures.md) describes the tables of a displacement (`by_year`, `zones`,
`binding`, `attribution`, `elasticity`), and [studies.md](studies.md) the results of a study.
"""


def outputs_page() -> str:
    """Return the Markdown page of every output table and column."""
    return "\n".join([HEAD, *(_section(name, table) for name, table in TABLES.items())])


def _section(name: str, table: OutputTable) -> str:
    lines = [f"## {name}", "", table.row, ""]
    lines += ["| column | unit | kind | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{column.name}` | {column.unit} | {column.kind} | {column.meaning} |"
        for column in table.columns
    ]
    for column in table.columns:
        if column.values:
            lines += ["", f"| `{column.name}` | meaning |", "|---|---|"]
            lines += [f"| `{value}` | {meaning} |" for value, meaning in column.values.items()]
    return "\n".join([*lines, ""])
