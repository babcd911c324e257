"""Small trainings on made arrays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.vne_core.learn.made_model import made_card
from tests.vne_core.vne.made_arrays import write_arrays
from tests.vne_core.vne.small_spec import small_spec
from vne_core.vne.config import LocaliserSpec, LossSpec, TrainingSpec


@pytest.fixture(autouse=True)
def one_thread():
    """Small networks gain nothing from threads, and other tests use the other processors."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="session")
def arrays(tmp_path_factory) -> Path:
    """Training arrays of four patients, twelve slices."""
    return write_arrays(tmp_path_factory.mktemp("made") / "arrays", 4)


@pytest.fixture
def spec(arrays) -> TrainingSpec:
    """A training of eight steps with every term of the objective."""
    return small_spec(arrays)


@pytest.fixture
def l1_only(spec) -> Callable[..., TrainingSpec]:
    """The same training with the mean difference and the spread only, and no localiser."""

    def make(**schedule) -> TrainingSpec:
        return replace(
            spec,
            loss=LossSpec(tolerance_px=0),
            localiser=LocaliserSpec(steps=0),
            schedule=replace(spec.schedule, **schedule),
        )

    return make


@pytest.fixture
def card():
    return made_card
