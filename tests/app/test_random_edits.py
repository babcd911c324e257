"""A thousand sequences of edits, undone and done again, by the editor on the real session."""

import numpy as np
import pytest

from app.viewer.tools import Tool
from tests.app.viewer.random_hand import act, new_editor, random_heart

SEQUENCES, LENGTH = 125, 6
"""On each of eight seeds: 1,000 sequences."""
TOOLS = tuple(tool for tool in Tool if tool is not Tool.BROWSE)


@pytest.mark.parametrize("seed", range(8))
def test_edits_undone_and_done_again_end_where_they_began(session, seed):
    rng = np.random.default_rng(seed)
    steps = 0
    for _ in range(SEQUENCES):
        session.undo_stack.clear()
        begin(session, rng)
        states = [drawn(session)]
        for _ in range(LENGTH):
            states += edit(session, rng)
        steps += len(states) - 1
        assert session.undo_stack.count() == len(states) - 1
        for state in reversed(states[:-1]):
            session.undo_stack.undo()
            assert drawn(session) == state
        assert not session.undo_stack.canUndo()
        for state in states[1:]:
            session.undo_stack.redo()
            assert drawn(session) == state
    assert steps > SEQUENCES * LENGTH / 3


def begin(session, rng) -> None:
    """Draw a heart on a slice chosen at random, as the state to come back to."""
    session.show_slice(int(rng.integers(len(session.matches))))
    before, heart = session.annotation, random_heart(rng)
    session.commit(before, type(before)(before.slice_id, before.image_kind, heart.epi, heart.endo))
    session.undo_stack.clear()


def edit(session, rng) -> list:
    """Do one thing on the slice shown, now and then of another slice; return each new state."""
    if rng.random() < 0.15:
        session.show_slice(int(rng.integers(len(session.matches))))
    editor, states = new_editor(session.annotation), []
    for outcome in act(editor, rng, TOOLS):
        session.commit(outcome.before, outcome.after)
        states.append(drawn(session))
    return states


def drawn(session):
    """Return everything that is drawn on the study."""
    return [session.drawings.stored(match) for match in session.matches]


def test_an_undo_goes_to_the_slice_it_changes(session):
    rng = np.random.default_rng(3)
    for index in (0, 2, 1):
        session.show_slice(index)
        edits_until_changed(session, rng)
    for index in (1, 2, 0):
        session.show_slice((index + 1) % 3)
        session.undo_stack.undo()
        assert session.index == index


def edits_until_changed(session, rng) -> None:
    count, index = session.undo_stack.count(), session.index
    while session.undo_stack.count() == count:
        editor = new_editor(session.annotation)
        for outcome in act(editor, rng, (Tool.REMOTE,)):
            session.commit(outcome.before, outcome.after)
    assert session.index == index
