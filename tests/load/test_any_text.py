"""Whatever the files hold, the result is an instance or a list of problems."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import InputError
from optimizer.load import load_instance
from optimizer.schema.instance import Instance
from tests.broken.case import BASE

FILES = sorted(file.name for file in BASE.iterdir())
PIECES = st.text(max_size=6) | st.sampled_from(
    ["- x", "*a", "&a ", "!!x ", "[", "{", "]", "}", '"', "\n", ",", ": ", "? ", "<<: ", "~", "..",
     "%YAML 1.1\n---\n", "1e999", ".nan", "9" * 5000, "true", "zones.csv", "\x00", "\x85", "#"]
)  # fmt: skip
PATHS = st.sampled_from(
    ["zones", "zones.DOM", "zones.DOM.limit_mw", "zones.DOM.limit_mw.2026", "time.years.0", "",
     "policy", "profiles.system.values.3", "workloads.EAST/chat", "hardware.server.capex_usd"]
)  # fmt: skip


def read(folder: Path, overrides: list[str]) -> Instance | InputError:
    try:
        return load_instance(folder, overrides)
    except InputError as error:
        return error


@settings(max_examples=150)
@given(st.data())
def test_any_text_gives_an_instance_or_a_list_of_problems(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(shutil.copytree(BASE, Path(parent) / "base"))
        for _ in range(data.draw(st.integers(0, 3))):
            file = folder / data.draw(st.sampled_from(FILES))
            content = file.read_bytes()
            start = data.draw(st.integers(0, len(content)))
            end = start + data.draw(st.integers(0, 12))
            piece = data.draw(PIECES).encode("utf-8", "surrogatepass")
            file.write_bytes(content[:start] + piece + content[end:])
        sets = st.builds("{}={}".format, PATHS, PIECES)
        found = read(folder, data.draw(st.lists(sets, max_size=2)))
    if isinstance(found, InputError):
        assert found.problems
        assert len(str(found).splitlines()) == len(found.problems)
    else:
        assert isinstance(found, Instance)
