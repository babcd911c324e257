"""Models with real graphs, small enough to be made for a test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vne_core.learn.made_model import made_card, write_model


@pytest.fixture
def card():
    return made_card


@pytest.fixture
def new_model() -> Callable[..., Path]:
    return write_model
