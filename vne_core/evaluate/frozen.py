"""The cohorts that models are validated and tested on: frozen, and never trained on.

A cohort of one seed has the same hearts whatever its other dials, so the test cohorts are the same
patients with native T1 that follows fibrosis well, weakly and not at all, and on another scanner.
Training must not use these seeds.
"""

from collections.abc import Collection
from dataclasses import dataclass

from vne_core.errors import VneError
from vne_core.learn.card import ModelCard

VALIDATION_SEED = 78
TEST_SEED = 79
EARLIER_TEST_SEED = 77
"""Of the patients that models up to ``vne-virtual-2`` were tested on. What was seen there has
guided training since, so later models are tested on others."""
RESERVED_SEEDS = (TEST_SEED, VALIDATION_SEED, EARLIER_TEST_SEED)
"""Seeds that no training may use."""


class SeenPatientsError(VneError):
    """A model that was trained on the patients it would be tested on."""

    code = "seen-patients"


@dataclass(frozen=True, slots=True)
class FrozenCohort:
    """A preset's first ``patients`` of a seed."""

    preset: str
    patients: int
    seed: int


VALIDATION = FrozenCohort("hcm_1p5t_shmolli", 320, VALIDATION_SEED)
"""Where thresholds and limits are frozen; large, because the limit is the highest of its good
patients without lesion: of 44, not of the 14 among the first 120."""
TESTS = (
    FrozenCohort("hcm_1p5t_shmolli", 320, TEST_SEED),
    FrozenCohort("hcm_weak_t1", 120, TEST_SEED),
    FrozenCohort("hcm_uninformative_t1", 120, TEST_SEED),
    FrozenCohort("hcm_3t_molli", 120, TEST_SEED),
)
"""The first is the one that a card's figures are of; it is larger because among its patients
without lesion at least 40 must have good images throughout."""
HARDEST_BASELINE_R = 0.65
"""The frozen test cohort is hard: native T1 alone, at the LGE's thresholds, reaches no more."""
PAPER_R = {0.5: 0.77, 0.25: 0.75, 0.125: 0.72}
PAPER_ICC = {0.5: 0.77, 0.25: 0.84, 0.125: 0.83}
PAPER_BIAS = "VNE 5 to 8 points lower, limits -21 to -30 and 11 to 17"
"""Zhang et al. 2021, 121 patients, equal thresholds. A virtual cohort's difficulty is a dial: the
figures stand beside ours as a guard, not for comparison. Their ICC exceeds their R, which only an
average-measures form can, so it is compared with ICC(A,2)."""


def refuse_seen(card: ModelCard, seeds: Collection[int]) -> None:
    """Raise SeenPatientsError when a model's card names a training cohort of one of the seeds."""
    for cohort in card.data.get("cohorts", ()):
        if cohort.get("seed") in seeds:
            raise SeenPatientsError(
                f"{card.model_id} was trained on {cohort.get('name')}, seed {cohort['seed']}",
                "patients it has not seen: a cohort of one seed has the same hearts whatever its "
                "other dials",
                "evaluate on another seed",
            )
