"""What `make test` leaves out beside the slow tests; `make test-all` runs it afterwards."""

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs what `make test` leaves out."""
    text = "run only what `make test` leaves out: slow tests, further cases, all random examples"
    parser.addoption("--rest", action="store_true", help=text)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Thin out random examples and the cases of tests marked `thin`, or run only the rest."""
    rest = config.option.rest
    if not rest and "not slow" not in config.option.markexpr:
        return
    cases: Counter[str] = Counter()
    kept, left_out = [], []
    for item in items:
        test = getattr(item, "obj", None)
        thin, slow = item.get_closest_marker("thin"), item.get_closest_marker("slow")
        further = False
        if thin and not slow:
            name = item.nodeid.partition("[")[0]
            further = cases[name] % thin.args[0] > 0
            cases[name] += 1
        if rest:
            chosen = bool(slow or further or is_hypothesis_test(test))
        else:
            chosen = not further
            if is_hypothesis_test(test):
                whole = test._hypothesis_internal_use_settings
                examples = max(FEWEST, round(SHARE * whole.max_examples))
                test._hypothesis_internal_use_settings = settings(whole, max_examples=examples)
        (kept if chosen else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
