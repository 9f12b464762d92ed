"""What `optimizer init` writes, and that it writes all of it or nothing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

import optimizer as op
from optimizer.io.tables import parse_table
from optimizer.schema.instance import Instance
from optimizer.templates import TEMPLATES

SHIPPED = Path(__file__).resolve().parents[2] / "instances"
FILES = {"README.md", "instance.schema.json", "instance.yaml"}
every_template = pytest.mark.parametrize("template", TEMPLATES)


@pytest.mark.thin(3)
@every_template
def test_a_new_folder_is_the_shipped_instance(template: str, tmp_path: Path) -> None:
    shipped = SHIPPED / TEMPLATES[template]
    written = op.init(tmp_path / "a" / "mine", template)
    home = tmp_path / "a" / "mine"
    given = {str(file.relative_to(shipped)) for file in shipped.glob("*.csv")}
    given |= {str(file.relative_to(shipped)) for file in shipped.glob("studies/*.yaml")}
    assert {str(file.relative_to(home)) for file in written} == FILES | given
    assert sorted(written) == sorted(one for one in home.rglob("*") if one.is_file())
    read = op.load_instance(home)
    assert read.digest() == op.load_instance(shipped).digest()


@every_template
def test_editors_find_a_schema_that_accepts_it(template: str, tmp_path: Path) -> None:
    op.init(tmp_path, template)
    text = (tmp_path / "instance.yaml").read_text()
    named = re.match(r"# yaml-language-server: \$schema=\./(\S+)\n", text)
    assert named is not None
    schema = json.loads((tmp_path / named[1]).read_text())
    assert schema == op.json_schema()
    document = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))
    assert list(Draft7Validator(schema).iter_errors(document)) == []


@every_template
def test_every_part_of_the_yaml_is_commented(template: str, tmp_path: Path) -> None:
    op.init(tmp_path, template)
    lines = (tmp_path / "instance.yaml").read_text().splitlines()
    keys = [(at, line) for at, line in enumerate(lines) if re.match(r"\w+:", line)]
    assert {line.split(":")[0] for _, line in keys} <= set(Instance.model_fields)
    bare = [line for at, line in keys if not ("  # " in line or _below_a_comment(lines, at))]
    assert bare == []


def _below_a_comment(lines: list[str], at: int) -> bool:
    """Whether a comment stands above a line, or above the run of one-line parts that it ends."""
    while re.match(r"\w+: [\[\w]", lines[at - 1]) and "  #" not in lines[at - 1]:
        at -= 1
    return lines[at - 1].lstrip().startswith("#")


@every_template
def test_the_readme_explains_every_column(template: str, tmp_path: Path) -> None:
    op.init(tmp_path, template)
    text = (tmp_path / "README.md").read_text()
    data = YAML(typ="safe", pure=True).load(tmp_path / "instance.yaml")
    tables = [value for value in data.values() if str(value).endswith(".csv")]
    assert len(tables) >= 6
    for file in tables:
        below = text.split(f"\n## {file}\n")[1].split("\n## ")[0]
        for column in parse_table((tmp_path / file).read_text(), file).columns:
            assert f"\n| `{column.split('.')[0]}` |" in below, (file, column)
    assert "](../" not in text
    assert f"from the template `{template}`" in text
    assert f"`instances/{TEMPLATES[template]}`" in text
    assert (SHIPPED / TEMPLATES[template] / "README.md").read_text().splitlines()[0] in text


def test_blank_explains_each_of_its_fields() -> None:
    folder = SHIPPED / "blank"
    seen = 0
    for file in sorted(folder.glob("*.csv")):
        if file.name in ("assumptions.csv", "profiles.csv"):
            continue
        text = file.read_text()
        said = "".join(line for line in text.splitlines(True) if line.startswith("#"))
        for column in {one.split(".")[0] for one in parse_table(text, file.name).columns}:
            if column not in ("id", "name"):
                seen += 1
                assert re.search(rf"\b{column}\b", said), (file.name, column)
    assert seen > 25


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(op.InputError) as caught:
        op.init(tmp_path / "mine", "ofgrid")
    assert str(caught.value) == (
        "options: template = ofgrid: must be one of tutorial, pjm, offgrid, blank;"
        " did you mean offgrid?"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("full", "is not empty: choose a new or empty folder"),
        ("full/notes.txt", "expected a folder, got a file"),
        ("full/notes.txt/below", "cannot be written: Not a directory"),
        ("x" * 300, "cannot be written: File name too long"),
    ],
)
def test_an_unusable_folder_is_refused(tmp_path: Path, folder: str, message: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(op.InputError) as caught:
        op.init(tmp_path / folder)
    assert str(caught.value) == f"{tmp_path / folder}: {message}"
    assert [str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*")] == [
        "full",
        "full/notes.txt",
    ]


@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "no folder"])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_all_files_are_written_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, fault: BaseException
) -> None:
    target = tmp_path / "a" / "mine"
    if there:
        target.mkdir(parents=True)
    opened: list[str] = []
    rightly = Path.open

    def fails_late(self: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode == "x":
            opened.append(self.name)
            if self.name == "instance.yaml":
                raise fault
        return rightly(self, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", fails_late)
    expected = op.InputError if isinstance(fault, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as caught:
        op.init(target)
    assert len(opened) > 10
    assert opened[-1] == "instance.yaml"  # whoever finds it finds a whole folder
    if isinstance(fault, OSError):
        assert str(caught.value) == f"{target}: cannot be written: No space left on device"
    assert [one.name for one in tmp_path.rglob("*")] == (["a", "mine"] if there else [])


def test_files_that_appear_meanwhile_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rightly = Path.mkdir

    def slowly(self: Path, *rest: Any, **more: Any) -> None:
        rightly(self, *rest, **more)
        (self / "classes.csv").write_text("theirs")

    monkeypatch.setattr(Path, "mkdir", slowly)
    with pytest.raises(op.InputError, match=r"cannot be written: File exists$"):
        op.init(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["classes.csv"]
    assert (tmp_path / "classes.csv").read_text() == "theirs"
