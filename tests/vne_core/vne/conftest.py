"""A made model, and a card of one."""

import pytest

from tests.vne_core.learn.made_model import made_card


@pytest.fixture
def card():
    return made_card
