"""Files that are damaged, or not ours: such a scenario is run again, the others are not."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import optimizer as op
from optimizer.errors import InputError
from optimizer.studies.store import Store
from tests.studies.batches import assert_complete, batch, files_of


@pytest.fixture(scope="module")
def study() -> op.Study:
    return batch(3)


@pytest.fixture
def done(study: op.Study, tmp_path: Path) -> Path:
    """A complete study."""
    with ThreadPoolExecutor(1) as one:
        study.run(tmp_path, executor=one)
    return tmp_path


def run_again(study: op.Study, out: Path) -> list[str]:
    """Names of the scenarios that are rerun."""
    with ThreadPoolExecutor(1) as one:
        return [row["scenario"] for row, _ in study.stream(out, executor=one)]


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def of_something_else(file: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(file)


def of_another_scenario(file: Path) -> None:
    other = next(one for one in file.parent.glob("*.parquet") if one != file)
    file.write_bytes(other.read_bytes())


def twice(file: Path) -> None:
    pd.concat([pd.read_parquet(file)] * 2).to_parquet(file)


DAMAGES = {
    "truncated": truncate,
    "empty": lambda file: file.write_bytes(b""),
    "text": lambda file: file.write_text("no Parquet at all\n"),
    "of something else": of_something_else,
    "of another scenario": of_another_scenario,
    "two rows": twice,
}


@pytest.mark.thin(2)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_row_is_recomputed(
    study: op.Study, done: Path, damage: Callable[[Path], object]
) -> None:
    first = next(iter(study.scenarios))
    store = Store(done, study.columns)
    before = files_of(done)
    damage(store.file(first.digest))
    assert store.read(first.digest) is None
    assert len(study.results(done)) == 2
    assert not study.tally(done).complete
    assert run_again(study, done) == [first.name]
    unchanged = files_of(done).items() & before.items()
    assert len(unchanged) == 2
    assert_complete(study, done)


def test_truncation_and_bit_flips_are_detected(study: op.Study, done: Path) -> None:
    store = Store(done, study.columns)
    digest = next(iter(study.scenarios)).digest
    file, kept = store.file(digest), store.read(digest)
    assert kept is not None
    content = file.read_bytes()
    chance = random.Random(7)
    for length in [*range(16), *chance.sample(range(len(content)), 200)]:
        file.write_bytes(content[:length])
        assert store.read(digest) is None
    for place in chance.sample(range(len(content)), 300):
        turned = bytearray(content)
        turned[place] ^= 1 << chance.randrange(8)
        file.write_bytes(turned)
        # Some bits carry nothing (names of writers, statistics); none may change a figure.
        assert store.read(digest) in (None, kept), place
    file.write_bytes(content)
    assert store.read(digest) == kept


def test_foreign_files_are_left_alone(study: op.Study, done: Path) -> None:
    rows = done / "scenarios"
    of_something_else(rows / "mine.parquet")
    (rows / "notes.txt").write_text("of the reader")
    part = rows / f".{'0' * 32}.parquet.{'1' * 32}.part"
    part.write_bytes(b"PAR1")
    assert run_again(study, done) == []
    assert study.tally(done).complete
    assert len(study.results(done)) == 3
    assert (rows / "notes.txt").exists()
    assert (rows / "mine.parquet").exists()
    assert part.exists(), "it may be another writer's"


def test_a_folder_in_place_of_a_row_is_reported(study: op.Study, done: Path) -> None:
    digest = next(iter(study.scenarios)).digest
    file = Store(done, study.columns).file(digest)
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match=rf"scenarios/{digest}\.parquet cannot be removed"):
        run_again(study, done)


@pytest.mark.thin(2)
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"study": 3}', b"\xff\xfe", None])
def test_a_damaged_description_is_rewritten(
    study: op.Study, done: Path, content: bytes | None
) -> None:
    file, whole = done / "study.json", (done / "study.json").read_bytes()
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    (done / "instance.json").write_bytes(b"{")
    assert run_again(study, done) == []
    assert file.read_bytes() == whole
    assert op.load_instance(done / "instance.json") == study.instance
    assert_complete(study, done)
