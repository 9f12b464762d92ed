"""The README's picture shows what the saved displacement holds."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import optimizer as op

TUTORIAL = Path(__file__).parents[2] / "instances" / "tutorial"


def test_the_picture_states_the_share_and_the_net_change_of_each_year(
    benchmark_module: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    result = op.displacement(
        op.load_instance(TUTORIAL),
        gap=0,
        attribution=False,
        proof=False,
        elasticity_range=False,
        flip=False,
    )
    result.save(tmp_path)
    figure = benchmark_module("readme_picture").draw(tmp_path)
    words = [text.get_text() for part in (figure, *figure.axes) for text in part.texts]
    assert any("2026 to 2026: of every 100 MWh" in text for text in words)
    assert any("30 replace load elsewhere" in text for text in words)
    net_twh = (
        result.energy.intervention + result.energy.rest_with - result.energy.rest_without
    ) / 1e6
    assert f"{net_twh:+.1f}" in words
