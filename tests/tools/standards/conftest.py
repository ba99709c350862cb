"""The library as it is shipped."""

import pytest

from services.standards.library import Library
from services.standards.loading import load


@pytest.fixture(scope="session")
def library() -> Library:
    return load()
