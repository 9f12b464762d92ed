"""Threads as workers: each has solver sessions of its own."""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from optimizer.solvers.backends.highs import HighsSession
from optimizer.solvers.backends.warm_start import Warm
from tests.studies.batches import assert_complete, assert_same_within_gaps, batch


@pytest.mark.slow
def test_threads_do_not_share_warm_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[Warm, set[int]] = defaultdict(set)
    busy: set[HighsSession] = set()
    shared: list[HighsSession] = []
    begin, solve = Warm.begin, HighsSession.solve

    def begin_seen(warm: Warm) -> None:
        threads[warm].add(threading.get_ident())
        begin(warm)

    def solve_seen(session: HighsSession, *arguments: Any) -> Any:
        if session in busy:
            shared.append(session)
        busy.add(session)
        try:
            return solve(session, *arguments)
        finally:
            busy.discard(session)

    monkeypatch.setattr(Warm, "begin", begin_seen)
    monkeypatch.setattr(HighsSession, "solve", solve_seen)
    study = batch(8, keep={"displacement": ["edge"]})
    with ThreadPoolExecutor(2) as pool:
        study.run(tmp_path / "two", jobs=2, executor=pool)
    assert not shared
    assert {len(of) for of in threads.values()} == {1}
    used = [next(iter(of)) for of in threads.values()]
    # Each of two threads has one for the plan and one for the displacement.
    assert sorted(map(used.count, set(used))) == [2, 2]
    assert_complete(study, tmp_path / "two")
    straight = study.run(tmp_path / "one", jobs=1)
    assert_same_within_gaps(study.results(tmp_path / "two"), straight)
