"""Every backend in turn."""

import pytest

from optimizer.solvers.backends import NAMES, backend_named
from optimizer.solvers.backends.base import Backend, Session


@pytest.fixture(params=NAMES)
def backend(request: pytest.FixtureRequest) -> Backend:
    return backend_named(request.param)


@pytest.fixture
def session(backend: Backend) -> Session:
    return backend.open(None)
