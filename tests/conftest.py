"""Random examples: how many, and from which seeds."""

import os

import pytest
from hypothesis import is_hypothesis_test, settings

# A property may solve a program, so no example has a deadline; runs in CI repeat exactly.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

SHARE, FEWEST = 0.2, 5
"""How much of a property's examples runs without the slow tests: a share, and at least so many."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try all of a property's examples with the slow tests only."""
    if "not slow" not in config.option.markexpr:
        return
    for item in items:
        test = getattr(item, "obj", None)
        if is_hypothesis_test(test):
            whole = test._hypothesis_internal_use_settings
            examples = max(FEWEST, round(SHARE * whole.max_examples))
            test._hypothesis_internal_use_settings = settings(whole, max_examples=examples)
