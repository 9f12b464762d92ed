"""Fixtures that run a test on every backend."""

import pytest

from optimizer.solvers.backends.base import Backend, Session
from optimizer.solvers.registry import BACKENDS, backend_named


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    return backend_named(request.param)


@pytest.fixture
def session(backend: Backend) -> Session:
    return backend.open(None)
