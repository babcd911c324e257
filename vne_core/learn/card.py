"""The card of a model: what it is, what it was made from, what it can do, what it is not for.

A model is a folder whose ``card.json`` lists the SHA-256 of every other file in it. The card is
written last, so that a folder without one is a model that never became whole.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, cast

from vne_core.errors import VneError
from vne_core.files import atomic_write, sha256_bytes, sha256_file

SCHEMA = "vne-reader/model/1"
CARD = "card.json"
GENERATOR = "generator.onnx"
LOCALISER = "localiser.onnx"
WEIGHTS = "generator.safetensors"
CONFIDENCE = "confidence.json"
RUN_FILE = "run.json"
"""The record of the training that made it."""
NEEDED_FILES = (GENERATOR, LOCALISER)
"""What a model cannot be used without; weights are for training on, confidence comes later."""
VIRTUAL_COHORT = "calibrated on virtual patients, unvalidated on this scanner"
"""What stands beside every confidence and figure of a model made from a virtual cohort."""
RESEARCH_ONLY = "research use only, not a medical device"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")


class ModelRefusedError(VneError):
    """A model that is damaged, incomplete, or not one of this software's."""

    code: ClassVar[str] = "model-refused"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a validation: ``value`` with its 95 % interval, on ``n`` patients.

    ``low`` and ``high`` are None where no interval belongs to the figure (a count).
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FalsePositiveRule:
    """When an image counts as showing a lesion: burden at ``level`` above ``limit_percent``.

    Frozen on validation patients, before any test patient is looked at.
    """

    name: str
    level: float
    limit_percent: float


@dataclass(frozen=True, slots=True)
class TrainingRange:
    """What the training images held, (lowest, highest); inputs outside it are flagged.

    ``wall_t1_ms`` is the T1 of myocardium, lesions included, in the 1st to 99th percentile;
    ``pixel_mm`` the T1 map's pixel; ``field_t`` the field strengths.
    """

    wall_t1_ms: tuple[float, float]
    pixel_mm: tuple[float, float]
    field_t: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a model; plain JSON values in ``network``, ``training`` and ``data``.

    ``network`` is the configuration the graph was built from, ``training`` the whole recipe with
    its seed, ``data`` the fingerprint of what it was trained on (cohorts with their hash, number
    of patients and seed; the split). ``matched_levels`` are this model's own thresholds, highest
    first, frozen on validation patients; empty until they are. ``files`` maps each file's name to
    its SHA-256.
    """

    model_id: str
    what: str
    made_utc: str
    code_version: str
    network: Mapping[str, Any]
    training: Mapping[str, Any]
    data: Mapping[str, Any]
    training_range: TrainingRange
    intended_use: str
    limits: tuple[str, ...]
    notice: str = f"{RESEARCH_ONLY}; {VIRTUAL_COHORT}"
    is_virtual_cohort: bool = True
    metrics: tuple[Metric, ...] = ()
    matched_levels: tuple[float, ...] = ()
    false_positive_rules: tuple[FalsePositiveRule, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse an id that cannot name a folder, and thresholds that do not nest."""
        if not _ID.fullmatch(self.model_id):
            raise ModelRefusedError(
                f"a model called {self.model_id!r}",
                "lower-case letters, digits, dots, dashes and underscores, at most 64",
            )
        levels = self.matched_levels
        falling = all(a > b for a, b in pairwise(levels))
        if not falling or not all(0 < level < 1 for level in levels):
            raise ModelRefusedError(
                f"the model {self.model_id} has the matched thresholds {list(levels)}",
                "fractions between 0 and 1, each lower than the one before it",
            )

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of everything in the card, the files' hashes among it."""
        return sha256_bytes(json.dumps(asdict(self), sort_keys=True).encode())

    @property
    def graph_fingerprint(self) -> str:
        """What decides an image: the hashes of the two graphs."""
        named = {name: self.files.get(name, "") for name in NEEDED_FILES}
        return sha256_bytes(json.dumps(named, sort_keys=True).encode())

    @property
    def caution(self) -> str:
        """What stands beside a figure or confidence of this model; empty for real patients."""
        return VIRTUAL_COHORT if self.is_virtual_cohort else ""


def write_card(folder: Path, card: ModelCard) -> ModelCard:
    """Write the card of the files that are in ``folder`` and return it with their hashes."""
    names = sorted(path.name for path in folder.iterdir() if _is_part(path))
    sealed = replace(card, files={name: sha256_file(folder / name) for name in names})
    document = {"schema": SCHEMA, **asdict(sealed)}
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    atomic_write(folder / CARD, text + "\n")
    return sealed


def read_card(folder: Path) -> ModelCard:
    """Return the card of a model's folder without looking at its files.

    Raises ModelRefusedError by name for a folder that holds no card of this software.
    """
    path = folder / CARD
    if not path.is_file():
        raise ModelRefusedError(
            f"the folder {folder.name} has no {CARD}", "a model's folder", "copy the model again"
        )
    try:
        read: Any = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"its {CARD} cannot be read ({error})") from error
    document = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    found = document.get("schema")
    if found != SCHEMA:
        raise ModelRefusedError(
            f"the model {folder.name} has a card of schema {found!r}",
            f"{SCHEMA}",
            "use the vne-reader that made it, or export the model again",
        )
    try:
        return _card_of(document)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, f"its {CARD} lacks or garbles {error}") from error


def check_model(folder: Path) -> ModelCard:
    """Return the card of a model whose every file is as the card says.

    Raises ModelRefusedError naming the file that is missing or damaged.
    """
    card = read_card(folder)
    if card.model_id != folder.name:
        raise ModelRefusedError(
            f"the folder {folder.name} holds the card of the model {card.model_id}",
            "a folder named as its model",
            "rename the folder, or copy the model again",
        )
    for name in (*NEEDED_FILES, *card.files):
        if name not in card.files or not (folder / name).is_file():
            raise ModelRefusedError(
                f"the model {card.model_id} has no {name}", "every file of its card",
                "copy the model again",
            )  # fmt: skip
        if sha256_file(folder / name) != card.files[name]:
            raise _damaged(folder, f"its {name} is not the file of its card")
    return card


def utc_today() -> str:
    """Return the moment as a card tells it, ISO 8601 in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _is_part(path: Path) -> bool:
    return path.is_file() and path.name != CARD and not path.name.startswith(".")


def _damaged(folder: Path, what: str) -> ModelRefusedError:
    return ModelRefusedError(
        f"the model {folder.name} is damaged: {what}",
        "the files as they were written",
        "copy the model again",
    )


def _card_of(document: Mapping[str, Any]) -> ModelCard:
    """Return the card of a JSON document; raises KeyError, TypeError or ValueError."""
    fields = {name: value for name, value in document.items() if name != "schema"}
    bounds = fields["training_range"]
    files: dict[str, str] = dict(fields["files"])
    wrong = [name for name, digest in files.items() if not _is_hash_of_file(name, digest)]
    if wrong:
        raise ValueError(f"the hash of {', '.join(wrong)}")
    fields |= {
        "files": files,
        "limits": tuple(map(str, fields["limits"])),
        "matched_levels": tuple(map(float, fields["matched_levels"])),
        "metrics": tuple(Metric(**item) for item in fields["metrics"]),
        "false_positive_rules": tuple(
            FalsePositiveRule(**item) for item in fields["false_positive_rules"]
        ),
        "training_range": TrainingRange(
            _pair(bounds["wall_t1_ms"]),
            _pair(bounds["pixel_mm"]),
            tuple(map(float, bounds["field_t"])),
        ),
    }
    return ModelCard(**fields)


def _is_hash_of_file(name: str, digest: str) -> bool:
    """Return whether a card's entry is a plain file name with a SHA-256."""
    return Path(name).name == name and bool(_HASH.fullmatch(digest))


def _pair(values: Sequence[float]) -> tuple[float, float]:
    low, high = map(float, values)
    return low, high
