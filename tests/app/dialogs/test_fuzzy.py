import pytest

from app.dialogs.fuzzy import distance

BEST_FIRST = (
    ("Band 1", ""),
    ("Show band 1", ""),
    ("Husband list", ""),
    ("Play", "bands"),
    ("Play", "headband"),
    ("Be an odd one", ""),
)


def test_the_start_of_a_title_comes_before_its_inside_and_before_other_words():
    fits = [distance("band", title, others) for title, others in BEST_FIRST]
    assert None not in fits
    assert fits == sorted(fits)


def test_initials_find_a_title():
    assert distance("awl", "Automatic window level") is not None
    assert distance("aw", "Automatic window") < distance("aw", "Draw")


def test_every_word_typed_must_fit():
    assert distance("play slower", "Play slower") is not None
    assert distance("play zebra", "Play slower") is None


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_typed_fits_everything(typed):
    assert distance(typed, "Anything") == 0


def test_letters_out_of_order_fit_nothing():
    assert distance("enic", "Cine") is None


def test_letters_scattered_over_a_whole_title_fit_nothing():
    assert distance("cpic", "Copy picture") is not None
    assert distance("otln", "Smooth the outline") is not None
    assert distance("score", "Slice towards the base") is None
