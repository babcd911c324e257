"""The demo patient: hypertrophic cardiomyopathy with lesions at both insertion points."""

from vne_core.phantom.fibrosis import FibrosisDials, Lesion
from vne_core.phantom.patient import Patient, SlicePlan

SLICE_NAMES = ("base", "mid", "apex")
DEMO_SEED = 2021

DEMO_LESIONS = (
    Lesion(238.0, 0.6, -20.0, 4.4, 3.0, 22.0, 0.95),
    Lesion(128.0, 0.58, -12.0, 4.2, 3.0, 22.0, 0.9),
    Lesion(186.0, 0.5, -2.0, 7.5, 2.3, 18.0, 0.75),
    Lesion(205.0, 0.45, 22.0, 6.0, 2.2, 10.0, 0.6),
)
"""Both insertion points of the right ventricle and the middle of the septum."""


def demo_patient(seed: int = DEMO_SEED) -> Patient:
    """Return the demo patient; another seed is another patient of the same making."""
    return Patient(
        seed=seed,
        index=0,
        patient_id=f"VIRTUAL-HCM-{seed}",
        name="Virtual^HCM",
        fibrosis=FibrosisDials(DEMO_LESIONS),
        slices=tuple(
            SlicePlan(name, w_mm, -0.8, 1.5, (0.6, -0.5, 0.5))
            for name, w_mm in zip(SLICE_NAMES, (-26.0, -2.0, 20.0), strict=True)
        ),
        pattern=("insertion", "mid-wall"),
    )
