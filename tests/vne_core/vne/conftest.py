"""Small trainings on made arrays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.vne_core.learn.made_model import made_card
from tests.vne_core.vne.made_arrays import write_arrays
from vne_core.vne.config import (
    CohortSource,
    DataSpec,
    LocaliserSpec,
    LossSpec,
    NetworkConfig,
    RunSpec,
    ScheduleSpec,
    TrainingSpec,
)

SMALL = NetworkConfig(width=4, depth=2, widest=8, fusion_width=4, fusion_layers=1)


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
    return TrainingSpec(
        "small",
        DataSpec((CohortSource(str(arrays)),), validation_share=0.25),
        SMALL,
        loss=LossSpec(
            perceptual=0.1,
            adversarial=0.01,
            perceptual_from=0.2,
            adversarial_from=0.4,
            discriminators=2,
            discriminator_width=4,
            tolerance_px=1,
            encoder_steps=2,
        ),
        schedule=ScheduleSpec(steps=8, batch=2, crop_px=96, warmup=2),
        localiser=LocaliserSpec(steps=2, batch=2, width=4),
        run=RunSpec(
            validation_patients=2, validate_every=1000, store_every=1000, tell_every=2, threads=1
        ),
    )


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
