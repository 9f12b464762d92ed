"""Every broken instance gets its exact message, and a sound one none."""

from pathlib import Path

import pytest

from optimizer.errors import InputError
from optimizer.load import load_instance
from tests.broken.case import BASE, Case, cases

CASES = cases()


def test_base_is_sound() -> None:
    assert load_instance(BASE).name == "base"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_message(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load_instance(case.target, case.overrides)
    assert str(caught.value) == case.expected
    assert caught.value.exit_code == 2


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
