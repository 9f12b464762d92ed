"""``optimizer schema``: what an instance may hold."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
from ruamel.yaml import YAML

import optimizer as op
from optimizer.load.dictionary import markdown

Run = Callable[..., Any]


def test_the_json_schema_and_nothing_else(run: Run) -> None:
    for arguments in ((), ("--json",), ("--format", "json")):
        ran = run("schema", *arguments)
        assert (ran.code, ran.err) == (0, "")
        assert json.loads(ran.out) == op.json_schema()


def test_the_page_of_fields(run: Run) -> None:
    assert run("schema", "--format", "markdown").out == markdown()
    document = json.loads(run("schema", "--format", "markdown", "--json").out)
    assert document == {"format": "markdown", "text": markdown()}


def test_2_bad_input(run: Run) -> None:
    ran = run("schema", "--format", "markdwn")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err == (
        "command line: --format = markdwn: must be one of json, markdown, outputs, study; did you"
        " mean markdown?\n"
    )


SHIPPED = sorted((Path(__file__).parents[2] / "instances").glob("*/studies/*.yaml"))


def test_the_json_schema_of_a_study_accepts_what_the_loader_accepts(run: Run) -> None:
    schema = json.loads(run("schema", "--format", "study").out)
    check = jsonschema.Draft202012Validator(schema)
    assert SHIPPED
    for file in SHIPPED:
        data = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        assert list(check.iter_errors(data)) == [], file
        assert not check.is_valid({**data, "axis": []})
        assert not check.is_valid({**data, "name": 5})
