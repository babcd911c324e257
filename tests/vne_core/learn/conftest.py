"""Models with real graphs, and training arrays, small enough to be made for a test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vne_core.learn.made_model import made_card, write_model
from tests.vne_core.vne.made_arrays import write_arrays


@pytest.fixture(scope="session")
def arrays(tmp_path_factory) -> Path:
    """Training arrays of four patients, twelve slices."""
    return write_arrays(tmp_path_factory.mktemp("made") / "arrays", 4)


@pytest.fixture
def card():
    return made_card


@pytest.fixture
def new_model() -> Callable[..., Path]:
    return write_model
