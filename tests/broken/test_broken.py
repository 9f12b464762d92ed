"""Every broken instance is refused with its exact message; the valid one it is made from loads."""

from pathlib import Path

import pytest

from optimizer.errors import InputError
from optimizer.load import load_instance
from tests.broken.case import BASE, Case, cases

CASES = cases()


def test_the_base_instance_is_valid() -> None:
    assert load_instance(BASE).name == "base"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_broken_instance_is_refused_with_its_exact_message(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        load_instance(case.target, case.overrides)
    assert str(caught.value) == case.expected
    assert caught.value.exit_code == 2


def test_at_least_sixty_messages_are_covered() -> None:
    assert len(CASES) >= 60
