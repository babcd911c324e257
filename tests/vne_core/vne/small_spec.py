"""A training small enough for a test."""

from pathlib import Path

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


def small_spec(arrays: Path) -> TrainingSpec:
    """Return a training of eight steps with every term of the objective."""
    return TrainingSpec(
        "small",
        DataSpec((CohortSource(str(arrays)),), validation_share=0.25),
        SMALL,
        loss=LossSpec(
            distribution=0.1,
            perceptual=0.1,
            adversarial=0.01,
            distribution_from=0.3,
            perceptual_from=0.2,
            adversarial_from=0.4,
            discriminators=2,
            discriminator_width=4,
            tolerance_px=1,
            encoder_steps=2,
        ),
        schedule=ScheduleSpec(steps=8, batch=2, crop_px=96, also_px=(64,), warmup=2),
        localiser=LocaliserSpec(steps=2, batch=2, width=4),
        run=RunSpec(
            validation_patients=2, validate_every=1000, store_every=1000, tell_every=2, threads=1
        ),
    )
