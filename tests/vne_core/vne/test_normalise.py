import numpy as np
import pytest

from vne_core.phantom.bloch import LookLocker
from vne_core.vne.normalise import (
    NormaliseError,
    ir_channels,
    normalised_cine,
    normalised_ir,
    normalised_lge,
    normalised_t1,
)

SHAPE = (24, 30)


def test_the_same_t1_has_the_same_value_in_every_image():
    """The window is fixed in ms: 400 ms of T1 are 1, whatever else is in the image."""
    dark, bright = np.full(SHAPE, 300.0), np.full(SHAPE, 1800.0)
    dark[5, 5] = bright[5, 5] = 1000.0
    one, other = normalised_t1(dark), normalised_t1(bright)
    assert one[0, 5, 5] == other[0, 5, 5] == np.float32(-0.25)
    assert normalised_t1(dark + 100)[0, 5, 5] - one[0, 5, 5] == pytest.approx(0.25)


def test_t1_that_means_nothing_is_marked_and_shows_no_number():
    t1 = np.full(SHAPE, 1000.0)
    t1[0, :4] = 0, np.nan, np.inf, -50
    inside = np.ones(SHAPE, dtype=bool)
    inside[1, 0] = False
    made = normalised_t1(t1, inside)
    assert made[1, 0, :4].tolist() == [0, 0, 0, 0]
    assert made[1, 1, 0] == 0
    assert made[0][made[1] == 0].tolist() == [0] * 5
    assert np.isfinite(made).all()


@pytest.mark.parametrize("rr_ms", [560, 950, 1400])
def test_an_ir_channel_has_the_same_beat_at_every_heart_rate(rr_ms):
    shmolli = LookLocker("ShMOLLI 5-1-1", rr_ms=rr_ms).inversion_times_ms
    molli = LookLocker("MOLLI 5(3)3", rr_ms=rr_ms).inversion_times_ms
    for times, empty in ((shmolli, []), (molli, [2])):
        chosen = ir_channels(times.tolist())
        assert [channel for channel, index in enumerate(chosen) if index is None] == empty
        late = [times[index] for index in chosen[3:] if index is not None]
        assert late == pytest.approx([100 + rr_ms * beat for beat in (1, 2, 3, 4)])


def test_a_shorter_scheme_fills_what_it_has_and_says_its_share():
    images = np.ones((3, *SHAPE))
    made = normalised_ir(images, [100.0, 1000.0, 2000.0], SHAPE)
    assert [bool(channel.any()) for channel in made[:-1]] == [
        True,
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert made[-1] == pytest.approx(3 / 7)


def test_ir_keeps_its_sign_and_the_ratio_between_its_images():
    rng = np.random.default_rng(1)
    images = rng.normal(size=(2, *SHAPE)) * np.array([100, 300])[:, None, None]
    made = normalised_ir(images, [100.0, 1000.0], SHAPE)
    small = np.abs(images) < 500
    assert (np.sign(made[[0, 3]]) == np.sign(images)).all()
    ratio = made[[0, 3]][small] / images[small]
    assert ratio == pytest.approx(np.full(ratio.shape, ratio[0]), rel=1e-4)


@pytest.mark.parametrize("make", [normalised_cine, lambda c, s: normalised_ir(c, [100.0] * 25, s)])
def test_images_do_not_depend_on_the_units_of_the_scanner(make):
    images = np.random.default_rng(2).uniform(0, 200, (25, *SHAPE))
    assert make(images, SHAPE) == pytest.approx(make(7 * images, SHAPE), abs=1e-5)


def test_a_missing_stream_is_zero_with_its_validity():
    assert not normalised_cine(None, SHAPE).any()
    assert not normalised_ir(None, [], SHAPE).any()
    assert not normalised_cine(np.full((25, *SHAPE), 3.0), SHAPE).any()


def test_late_enhancement_has_remote_at_0_and_blood_at_1():
    lge = np.full(SHAPE, 2100.0)
    lge[4:8, 4:8], lge[12:16, 12:16], lge[20, 20] = 2048.0, 2848.0, 2448.0
    remote, blood = np.zeros(SHAPE), np.zeros(SHAPE)
    remote[4:8, 4:8] = blood[12:16, 12:16] = 1
    made = normalised_lge(lge, remote, blood)
    assert (made[5, 5], made[13, 13], made[20, 20]) == pytest.approx((0, 1, 0.5))
    assert made.max() <= 2
    assert made.min() >= -1


def test_references_that_give_no_scale_are_refused_with_both_numbers():
    lge, region, empty = np.full(SHAPE, 50.0), np.ones(SHAPE), np.zeros(SHAPE)
    with pytest.raises(NormaliseError, match="blood pool 50 and remote myocardium 50"):
        normalised_lge(lge, region, region)
    with pytest.raises(NormaliseError, match="without a pixel"):
        normalised_lge(lge, region, empty)


def test_a_cine_of_another_number_of_phases_is_refused():
    with pytest.raises(NormaliseError, match=r"\(30, 24, 30\)"):
        normalised_cine(np.ones((30, *SHAPE)), SHAPE)
