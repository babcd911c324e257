"""What is said of a VNE: badge, corner, tool panel, and why there is none."""

from collections.abc import Mapping

from app.drawings import Vne
from app.viewer.furniture import CornerLine, Notice
from app.words import tr
from vne_core.vne.image import Confidence, NotGenerated, Trust, VneImage

AI = "VNE · AI-generated"
"""Stands in every VNE's corner."""
GENERATE = "Generate VNE"
"""The label of the button in an empty VNE pane."""
WITHOUT_MODEL = (
    "T1 map, cine and LGE can be read, contoured and measured without one. A model's folder belongs "
    "into the workspace's models folder; vne models promote puts it to use."
)
VIRTUAL = "trained on virtual patients"
UNCALIBRATED = f"{VIRTUAL}, unvalidated on this scanner"
"""The caution of a model whose confidence was never calibrated."""
GENERATING = "Generating the VNE…"
OVERLAYS: Mapping[str, str] = {
    "": "Threshold bands",
    "spread": "Uncertainty",
    "t1": "What T1 gave",
    "ir": "What the IR images gave",
    "cine": "What the cine gave",
}
"""What can lie over a VNE, by the name it is remembered by."""
_GIVERS = {"t1": "T1", "ir": "IR", "cine": "cine"}
FULL_SPREAD, FULL_SHARE = 0.25, 0.5
"""Where the colours end, on the scale remote 0, blood 1."""
_NOTICES = {
    Trust.HIGH: Notice.PLAIN,
    Trust.MODERATE: Notice.LOOK_AGAIN,
    Trust.LOW: Notice.STOP,
    Trust.UNKNOWN: Notice.LOOK_AGAIN,
}
_BADGES = {
    Trust.HIGH: "high confidence",
    Trust.MODERATE: "moderate confidence",
    Trust.LOW: "low confidence",
}


def trust_badge(vne: VneImage) -> CornerLine:
    """Return the badge in the pane's header, in a word and the colour of its notice."""
    confidence = vne.confidence
    if confidence.probability is None:
        return CornerLine(tr("confidence unknown"), Notice.LOOK_AGAIN)
    return CornerLine(tr(_BADGES[confidence.trust]), _NOTICES[confidence.trust])


def trust_tip(vne: VneImage) -> str:
    """Return what the badge says at length: meaning, reasons, enhancement, caution."""
    confidence = vne.confidence
    lines = [_meaning(confidence)]
    reasons = confidence.reasons or ("nothing unusual was found",)
    lines += [f"· {tr(reason)}" for reason in reasons]
    if confidence.enhancement is not None:
        percent = f"{100 * confidence.enhancement:.0f}"
        words = tr("Probability that this slice enhances: {percent} %.")
        lines.append(words.format(percent=percent))
    lines.append(_caution(confidence))
    return "\n".join(line for line in lines if line)


def vne_corner(vne: VneImage, place: str, overlay: str) -> tuple[CornerLine, ...]:
    """Return what is written in a VNE's corner: that it is made, by which model, and what is odd."""
    lines = [CornerLine(tr(AI)), CornerLine(place), CornerLine(vne.model_id)]
    lines += [CornerLine(tr(VIRTUAL))] if vne.confidence.caution else []
    lines += [CornerLine(tr(str(flag)), Notice.LOOK_AGAIN) for flag in vne.flags]
    if overlay:
        lines.append(CornerLine(overlay_words(overlay)))
    return tuple(lines)


def overlay_words(overlay: str) -> str:
    """Return what an overlay's colours mean."""
    if overlay == "spread":
        return tr("uncertainty: amber ±{spread}").format(spread=f"{FULL_SPREAD:g}")
    words = tr("{stream} gave: orange +, blue \N{MINUS SIGN}")
    return words.format(stream=tr(_GIVERS[overlay]))


def panel_words(vne: Vne) -> str:
    """Return what the tool panel says below the burdens: confidence in words, or why no VNE."""
    if isinstance(vne, NotGenerated):
        return sentence_of(vne)
    confidence = vne.confidence
    caution = _caution(confidence)
    return f"VNE: {tr(confidence.words)}. {caution}".strip()


def is_doubtful(vne: Vne) -> bool:
    """Return whether a reader should look at a VNE again before its burden is used."""
    return isinstance(vne, VneImage) and vne.confidence.trust is Trust.LOW


def sentence_of(vne: NotGenerated) -> str:
    """Return why there is no VNE as a sentence."""
    reason = tr(vne.reason)
    return f"{reason[:1].upper()}{reason[1:]}."


def _meaning(confidence: Confidence) -> str:
    if confidence.probability is None:
        return tr("The confidence of this model was never calibrated.")
    percent = f"{100 * confidence.probability:.0f}"
    words = tr("Probability of an FWHM burden within 10 points of the truth: {percent} %.")
    return words.format(percent=percent)


def _caution(confidence: Confidence) -> str:
    caution = confidence.caution
    if caution and confidence.probability is None:
        caution = UNCALIBRATED
    caution = tr(caution)
    return f"{caution[:1].upper()}{caution[1:]}." if caution else ""
