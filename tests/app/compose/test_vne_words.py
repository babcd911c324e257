import numpy as np
import pytest

from app.compose.generation import summary
from app.compose.vne_words import (
    OVERLAYS,
    is_doubtful,
    overlay_words,
    panel_words,
    trust_badge,
    trust_tip,
    vne_corner,
)
from app.viewer.furniture import Notice
from vne_core.learn.card import VIRTUAL_COHORT
from vne_core.vne.image import Confidence, Flag, InputFlag, NotGenerated, VneImage


def made(confidence: Confidence, flags=(), model_id="hcm-1") -> VneImage:
    image = np.zeros((4, 4), np.float32)
    valid = np.ones((4, 4), bool)
    place = (0.0, 0.0, 0.0)
    return VneImage("s", model_id, image, image, valid, confidence, tuple(flags), place, "h")


@pytest.mark.parametrize(
    ("probability", "word", "notice"),
    [
        (0.93, "high confidence", Notice.PLAIN),
        (0.85, "high confidence", Notice.PLAIN),
        (0.7, "moderate confidence", Notice.LOOK_AGAIN),
        (0.4, "low confidence", Notice.STOP),
        (None, "confidence unknown", Notice.LOOK_AGAIN),
    ],
)
def test_the_badge_is_a_word_whose_sign_says_it_without_colour(probability, word, notice):
    badge = trust_badge(made(Confidence(probability)))
    assert (badge.text, badge.notice) == (word, notice)
    assert (badge.marked_text != badge.text) is (notice is not Notice.PLAIN)


def test_low_confidence_is_said_with_percent_and_reasons():
    vne = made(Confidence(0.41, 0.8, ("no cine", "the T1 map is noisy"), VIRTUAL_COHORT))
    assert panel_words(vne) == (
        "VNE: low confidence (41 %): no cine; the T1 map is noisy. "
        "Calibrated on virtual patients, unvalidated on this scanner."
    )
    assert is_doubtful(vne)
    lines = trust_tip(vne).splitlines()
    assert lines[0] == "Probability of an FWHM burden within 10 points of the truth: 41 %."
    assert lines[1:3] == ["· no cine", "· the T1 map is noisy"]
    assert lines[3] == "Probability that this slice enhances: 80 %."


def test_nothing_is_called_calibrated_that_was_not():
    vne = made(Confidence(None, caution=VIRTUAL_COHORT))
    assert "alibrated on" not in panel_words(vne)
    assert "trained on virtual patients" in panel_words(vne).lower()
    assert not is_doubtful(vne)


def test_the_corner_says_that_it_is_made_by_which_model_from_whom_and_what_is_odd():
    flag = InputFlag(Flag.NO_CINE, "no cine within 4 mm: nearest 6.1 mm")
    lines = vne_corner(made(Confidence(0.9, caution=VIRTUAL_COHORT), [flag]), "slice 1 of 3", "")
    assert [line.text for line in lines] == [
        "VNE · AI-generated",
        "slice 1 of 3",
        "hcm-1",
        "trained on virtual patients",
        "no cine within 4 mm: nearest 6.1 mm",
    ]
    assert lines[-1].notice is Notice.LOOK_AGAIN


@pytest.mark.parametrize("overlay", [name for name in OVERLAYS if name])
def test_every_map_says_what_its_colours_mean(overlay):
    words = overlay_words(overlay)
    assert "amber" in words or ("orange" in words and "blue" in words)


def test_a_slice_without_vne_says_why_as_a_sentence():
    assert panel_words(NotGenerated("s", "no T1 map in this study")) == "No T1 map in this study."


def test_what_came_of_a_study_counts_doubts_refusals_and_the_rest():
    good, bad = made(Confidence(0.9)), made(Confidence(0.3))
    none = NotGenerated("x", "the T1 map holds no value within 45 mm of the ventricle")
    assert summary([good, good], 2) == ("VNE of 2 of 2 slices.", False)
    words, is_warning = summary([good, bad, none], 4)
    assert words == (
        "VNE of 2 of 4 slices, 1 with low confidence, not the others: "
        "the T1 map holds no value within 45 mm of the ventricle, stopped before the rest."
    )
    assert is_warning
