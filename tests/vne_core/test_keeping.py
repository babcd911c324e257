import pytest

from vne_core import keeping
from vne_core.keeping import kept_count, kept_while_read, let_go


@pytest.fixture
def squared(monkeypatch):
    monkeypatch.setattr(keeping, "_kept", [])
    asked = []

    @kept_while_read(2)
    def square(number):
        asked.append(number)
        return number * number

    return square, asked


def test_the_results_used_last_are_kept(squared):
    square, asked = squared
    assert [square(number) for number in (1, 2, 1, 3, 1)] == [1, 4, 1, 9, 1]
    assert asked == [1, 2, 3]
    assert kept_count() == 2


def test_what_is_let_go_of_is_worked_out_anew(squared):
    square, asked = squared
    square(1)
    let_go()
    assert kept_count() == 0
    assert square(1) == 1
    assert asked == [1, 1]
