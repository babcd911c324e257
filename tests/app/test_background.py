import threading

import pytest

from app.background import Background


@pytest.fixture
def background(qapp):
    worker = Background()
    yield worker
    worker.close(lambda: None)


def test_an_answer_comes_in_the_asking_thread_from_another_one(background, qtbot):
    seen = []
    background.ask(
        "a",
        threading.get_ident,
        lambda value: seen.append((value, threading.get_ident())),
        seen.append,
    )
    qtbot.waitUntil(lambda: bool(seen))
    ((worker, here),) = seen
    assert here == threading.get_ident()
    assert worker != here


def test_only_the_newest_question_of_a_topic_is_answered(background, qtbot):
    gate, answers = threading.Event(), []
    background.ask("slice", gate.wait, answers.append, answers.append)
    for number in range(5):
        background.ask("slice", lambda n=number: n, answers.append, answers.append)
    gate.set()
    qtbot.waitUntil(lambda: background.is_idle)
    assert answers == [4]


def test_other_topics_are_answered_beside_it(background, qtbot):
    answers = []
    background.ask("a", lambda: 1, answers.append, answers.append)
    background.ask("b", lambda: 2, answers.append, answers.append)
    qtbot.waitUntil(lambda: background.is_idle)
    assert answers == [1, 2]


def test_an_error_is_handed_over_as_a_value(background, qtbot):
    values, errors = [], []
    background.ask("a", lambda: 1 / 0, values.append, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)
    assert not values


def test_a_forgotten_question_is_never_answered(background, qtbot):
    gate, answers = threading.Event(), []
    background.ask("a", gate.wait, answers.append, answers.append)
    background.forget(["a"])
    gate.set()
    qtbot.waitUntil(lambda: background.is_idle)
    assert answers == []


def test_closing_runs_the_last_work_in_the_worker_and_ends_the_thread(qapp):
    background, seen = Background(), []
    background.close(lambda: seen.append(threading.get_ident()))
    assert seen
    assert seen[0] != threading.get_ident()


def test_a_question_after_the_close_is_not_asked(background):
    answers = []
    background.close(lambda: answers.append("closed"))
    background.ask("a", lambda: answers.append("asked"), answers.append, answers.append)
    background.close(lambda: answers.append("closed again"))
    assert answers == ["closed"]
    assert background.is_idle
