"""What `make test` leaves out beside the slow tests; `make test-all` runs everything."""

import os
from collections import Counter

import pytest
from hypothesis import is_hypothesis_test, settings

# A property may solve a program, so no example has a deadline; runs in CI repeat exactly.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

SHARE, FEWEST = 0.1, 2
"""How much of a property's examples runs without the slow tests: a share, and at least so many."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Thin out random examples, and the cases of tests marked `thin`."""
    if "not slow" not in config.option.markexpr:
        return
    cases: Counter[str] = Counter()
    left_out = []
    for item in items:
        test = getattr(item, "obj", None)
        if is_hypothesis_test(test):
            whole = test._hypothesis_internal_use_settings
            examples = max(FEWEST, round(SHARE * whole.max_examples))
            test._hypothesis_internal_use_settings = settings(whole, max_examples=examples)
        if thin := item.get_closest_marker("thin"):
            name = item.nodeid.partition("[")[0]
            if cases[name] % thin.args[0]:
                left_out.append(item)
            cases[name] += 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
