"""A full disk and folders that cannot be written: reported, nothing lost, resumed later."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import pytest

from optimizer.errors import InputError, StoppedError
from optimizer.io.atomic import PART
from tests.studies.batches import (
    ENVIRONMENT,
    LONGEST_S,
    ROOT,
    STOPPED,
    assert_complete,
    batch,
    whole,
)

NOBODY = 65_534

FULL_THEN_LARGER = """
set -u
mount -t tmpfs -o size=256k none "$1"
"$2" -m tests.studies.batches "$1/out" 40; echo "ended $?"
find "$1" -name '*.part' | sed 's/^/left /'
cp -r "$1/out" "$3"
mount -o remount,size=64m "$1"
"$2" -m tests.studies.batches "$1/out" 40; echo "ended $?"
cp -r "$1/out" "$4"
"""


@pytest.mark.slow
def test_a_full_disk_stops_the_study(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    apart = ["unshare", "--user", "--map-root-user", "--mount"]
    mount = [*apart, "mount", "-t", "tmpfs", "-o", "size=256k", "none", str(disk)]
    if not shutil.which("unshare") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    folders = [disk, sys.executable, tmp_path / "first", tmp_path / "second"]
    done = subprocess.run(
        [*apart, "sh", "-c", FULL_THEN_LARGER, "sh", *map(str, folders)],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    said = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert f"stopped: {disk}/out cannot be written: {os.strerror(errno.ENOSPC)}" in said
    assert [line for line in said if line.startswith("ended")] == [f"ended {STOPPED}", "ended 0"]
    assert not [line for line in said if line.startswith("left")]
    assert "Traceback" not in done.stderr
    study = batch(40)
    first = whole(study, tmp_path / "first")
    assert 0 < first < 40
    assert_complete(study, tmp_path / "second")
    rows = [line for line in said if line.startswith("row")]
    assert len(rows) == len(set(rows)) == 40, "what was kept is not run again"


class Full:
    """`Path.open` that opens a full device instead of some files."""

    def __init__(self, of_table: bool) -> None:
        self._open = Path.open
        self._of_table = of_table
        self.met = 0

    def __call__(self, path: Path, mode: str = "r", *rest: Any, **more: Any) -> IO[Any]:
        opened = self._open(path, mode, *rest, **more)
        ours = path.name.endswith(PART) and ".parquet" in path.name
        if not ours or ("tables" in path.parts) != self._of_table:
            return opened
        self.met += 1
        if self.met != 3:
            return opened
        opened.close()
        return self._open(Path("/dev/full"), "wb")


@pytest.mark.thin(2)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("of_table", [False, True], ids=["row", "table"])
def test_a_row_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_table: bool
) -> None:
    study = batch(4, keep={"tables": ["capacity"]})
    with ThreadPoolExecutor(1) as one:
        with monkeypatch.context() as patch:
            full = Full(of_table)
            patch.setattr(Path, "open", lambda *a, **k: full(*a, **k))
            with pytest.raises(StoppedError, match=os.strerror(errno.ENOSPC)):
                study.run(tmp_path, jobs=1, executor=one)
        assert whole(study, tmp_path) == 2
        assert not list(tmp_path.rglob("*.part"))
        study.run(tmp_path, jobs=1, executor=one)
    assert_complete(study, tmp_path)
    assert len(list((tmp_path / "tables" / "capacity").glob("*.parquet"))) == 4


AS_NOBODY = f"""
import os, sys
from tests.studies.batches import batch
from optimizer.errors import InputError
study = batch(2)
study.check()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    study.run(sys.argv[1], jobs=1)
except InputError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that other users can read but not write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555 if os.geteuid() else 0o755)
        yield folder
        for inner in [folder, *folder.rglob("*")]:
            if inner.is_dir():
                inner.chmod(0o755)


@pytest.mark.thin(3)
@pytest.mark.thin(3)
@pytest.mark.parametrize("there", ["nothing", "folder", "some", "only rows closed"])
def test_a_folder_without_write_permission_is_refused(open_to_all: Path, there: str) -> None:
    out = open_to_all / "out"
    open_to_all.chmod(0o755)
    if there == "folder":
        out.mkdir()
        out.chmod(0o555)
    elif there != "nothing":
        with ThreadPoolExecutor(1) as one:
            next(iter(batch(2).stream(out, jobs=1, executor=one)))
        (out / "scenarios").chmod(0o555)
        out.chmod(0o777 if there == "only rows closed" else 0o555)
    if os.geteuid():
        open_to_all.chmod(0o555)
    before = sorted(open_to_all.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(out)],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode == InputError.exit_code == 2, done.stderr
    assert done.stdout == f"--out: {out}: cannot be written: {os.strerror(errno.EACCES)}\n"
    assert sorted(open_to_all.rglob("*")) == before
