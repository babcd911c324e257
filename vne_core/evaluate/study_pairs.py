"""VNE against LGE of imported studies: pairs of burdens from the rows of the burden table."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from vne_core.evaluate.rows import AgreementRow, Pair, Thresholds
from vne_core.evaluate.tables import agreement_of_pairs
from vne_core.learn.card import ModelCard
from vne_core.phantom.truth import LEVELS
from vne_core.quantify.rows import MEASURED, PATIENT, BurdenRow


@dataclass(frozen=True, slots=True)
class PairedStudy:
    """One study's burdens at each level, highest first, over the slices measured in both images.

    ``linked`` counts the slices whose VNE was measured with another image's contours: they make
    the two agree more than they do.
    """

    study: str
    lge_percent: tuple[float, ...]
    vne_percent: tuple[float, ...]
    slices: int
    linked: int


def pair_study(lge: Sequence[BurdenRow], vne: Sequence[BurdenRow]) -> PairedStudy | str:
    """Return a study's paired burdens from its rows of either image, or why there are none.

    A slice counts when both images are measured and both annotations confirmed. Burdens are sums
    of lesion over sums of myocardium (Zhang et al. 2021).
    """
    of_lge, of_vne = _measured_slices(lge), _measured_slices(vne)
    shared = [label for label in of_lge if label in of_vne]
    if not shared:
        measured = f"{len(of_lge)} slices of LGE and {len(of_vne)} of VNE are"
        return f"no slice is measured and confirmed in both images ({measured})"
    return PairedStudy(
        study=lge[0].study,
        lge_percent=_burdens([of_lge[label] for label in shared]),
        vne_percent=_burdens([of_vne[label] for label in shared]),
        slices=len(shared),
        linked=sum(of_vne[label][0].contours_of != vne[0].image for label in shared),
    )


def study_rows(
    card: ModelCard, thresholds: Thresholds, studies: Sequence[PairedStudy]
) -> list[AgreementRow]:
    """Return the agreement of imported studies, a row a level; nothing is known of the truth."""
    owns = LEVELS if thresholds == "equal" else card.matched_levels
    return [
        agreement_of_pairs(
            card.model_id,
            thresholds,
            (level, own),
            tuple(
                Pair(number, one.lge_percent[index], one.vne_percent[index])
                for number, one in enumerate(studies)
            ),
        )
        for index, (level, own) in enumerate(zip(LEVELS, owns, strict=True))
    ]


def _measured_slices(rows: Sequence[BurdenRow]) -> dict[str, list[BurdenRow]]:
    """Return the confirmed, measured slices by label, their levels in order."""
    counted = [
        row for row in rows if row.slice != PATIENT and row.status == MEASURED and row.confirmed
    ]
    return {label: list(of_slice) for label, of_slice in groupby(counted, lambda row: row.slice)}


def _burdens(slices: Sequence[Sequence[BurdenRow]]) -> tuple[float, ...]:
    """Return lesion over myocardium of several slices in percent, level by level."""
    total = sum(levels[0].myocardium_mm2 or 0.0 for levels in slices)
    return tuple(
        100 * sum(row.lesion_mm2 or 0.0 for row in of_level) / total
        for of_level in zip(*slices, strict=True)
    )
