"""Who is learnt from, who is validated on, and who must not be seen: by patient, frozen in a file."""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from vne_core.errors import VneError
from vne_core.files import atomic_write
from vne_core.vne.config import HEX_DIGITS, DataSpec

SCHEMA = 1


class SplitError(VneError):
    """Patients that a training may not see, or a split that belongs to other patients."""

    code = "split"


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A virtual heart: cohorts of one seed scan the same hearts, whatever their other dials."""

    seed: int
    index: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """What tells a cohort's training arrays from others, and how many patients are used."""

    config_hash: str
    config_name: str
    seed: int
    patients: int

    def persons(self) -> list[Person]:
        """Return the patients that are used."""
        return [Person(self.seed, index) for index in range(self.patients)]


def cohort_of(description: Mapping[str, Any], patients: int | None) -> Cohort:
    """Return the cohort of an index of training arrays, its first ``patients`` or all."""
    there = int(description["patients"])
    if patients is not None and patients > there:
        raise SplitError(
            f"{description['config_name']}, seed {description['seed']}, has {there} patients",
            f"{patients} as the training asks",
            "make more patients or ask for fewer",
        )
    return Cohort(
        str(description["config_hash"]),
        str(description["config_name"]),
        int(description["seed"]),
        patients or there,
    )


def patient_key(config_hash: str, index: int) -> str:
    """Return the hash that names one patient of a cohort, 16 hexadecimal digits."""
    return sha256(f"{config_hash}:{index}".encode()).hexdigest()[:HEX_DIGITS]


def refuse_forbidden(cohorts: Sequence[Cohort], data: DataSpec) -> None:
    """Raise SplitError where a cohort, its seed or one of its patients is kept for tests."""
    for cohort in cohorts:
        named = f"{cohort.config_name}, seed {cohort.seed} (hash {cohort.config_hash})"
        if cohort.seed in data.forbidden_seeds or cohort.config_hash in data.forbidden:
            raise SplitError(
                f"{named} is kept for tests",
                "a cohort of another seed",
                "take it out of data.cohorts",
            )
        for index in range(cohort.patients):
            if patient_key(cohort.config_hash, index) in data.forbidden:
                raise SplitError(
                    f"patient {index} of {named} is kept for tests",
                    "patients that no test uses",
                    "ask for fewer patients or another seed",
                )


def frozen_split(
    path: Path, cohorts: Sequence[Cohort], data: DataSpec, seen: AbstractSet[Person] = frozenset()
) -> frozenset[Person]:
    """Return the persons of the validation part; drawn once, then read from ``path``.

    None of them is among ``seen``, whom the model that is begun with has learnt from. Raises
    SplitError where the file was made for other patients or another share, and where all are seen.
    """
    made = _document(cohorts, data, seen)
    if not path.exists():
        atomic_write(path, json.dumps(made, indent=1) + "\n")
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SplitError(
            f"{path} cannot be read ({error})", "the split of this training"
        ) from error
    if found != made:
        raise SplitError(
            f"{path} is the split of other patients", "that of this training", "name another folder"
        )
    return frozenset(Person(seed, index) for seed, index in found["validation"])


def _document(
    cohorts: Sequence[Cohort], data: DataSpec, seen: AbstractSet[Person]
) -> dict[str, Any]:
    """Return the split as its file holds it."""
    persons = sorted({person for cohort in cohorts for person in cohort.persons()})
    if len(persons) < 2:
        raise SplitError("one patient", "at least two: one to learn from, one to validate on")
    unseen = [person for person in persons if person not in seen]
    if not unseen:
        raise SplitError(
            "the model begun with, or one it descends from, has learnt from every patient",
            "patients it has not seen, to validate on",
            "add a cohort of another seed",
        )
    ranked = sorted(unseen, key=lambda person: _rank(person, data.split_seed))
    count = min(max(round(data.validation_share * len(persons)), 1), len(persons) - 1)
    return {
        "schema": SCHEMA,
        "split_seed": data.split_seed,
        "validation_share": data.validation_share,
        "cohorts": [
            {"hash": c.config_hash, "name": c.config_name, "seed": c.seed, "patients": c.patients}
            for c in cohorts
        ],
        "validation": [[person.seed, person.index] for person in sorted(ranked[:count])],
    }


def _rank(person: Person, split_seed: int) -> str:
    return sha256(f"{split_seed}:{person.seed}:{person.index}".encode()).hexdigest()
