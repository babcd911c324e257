"""The quality that a reader would give an image, from what went wrong while it was made."""

from vne_core.phantom.artefacts import Mishaps

CATEGORIES = ("uninterpretable", "poor", "acceptable", "good", "excellent")
"""Categories 1 to 5, twenty points of a hundred each (Zhang et al. 2021)."""
BEST = 96.0
GOOD_SNR = {"cine": 50.0, "t1": 50.0, "lge": 28.0}
"""Signal-to-noise of blood from which on noise is no matter."""
LOST_TO_NOISE = 75.0
"""Points lost when nothing but noise is left."""
LOST = {
    "cine": Mishaps(ghosting=0.75, misgating=0.8, coil_dropout=0.3),
    "t1": Mishaps(misgating=0.7, coil_dropout=0.35),
    "lge": Mishaps(ghosting=1.0, misgating=0.6, coil_dropout=0.35),
}
"""Share of the points that the worst of each mishap takes."""
LOST_A_BREATHED_MM = {"cine": 0.0, "t1": 9.0, "lge": 0.0}
LOST_A_MS = {"cine": 0.0, "t1": 0.0, "lge": 0.5}
HARMLESS_HZ = 50.0
LOST_A_HZ = {"cine": 0.25, "t1": 0.3, "lge": 0.0}


def quality_score(image: str, blood_snr: float, mishaps: Mishaps) -> float:
    """Return a quality from 0 to 100 of an image ("cine", "t1" or "lge")."""
    score = BEST - LOST_TO_NOISE * max(0.0, 1 - blood_snr / GOOD_SNR[image])
    share = LOST[image]
    score *= 1 - share.ghosting * mishaps.ghosting
    score *= 1 - share.misgating * mishaps.misgating
    score *= 1 - share.coil_dropout * mishaps.coil_dropout
    score -= LOST_A_BREATHED_MM[image] * mishaps.breathing_mm
    score -= LOST_A_MS[image] * abs(mishaps.ti_error_ms)
    score -= LOST_A_HZ[image] * max(0.0, mishaps.off_resonance_hz - HARMLESS_HZ)
    return min(max(score, 0.0), 100.0)


def quality_category(score: float) -> int:
    """Return the category, 1 (uninterpretable) to 5 (excellent), of a quality from 0 to 100."""
    return min(int(score // 20), 4) + 1
