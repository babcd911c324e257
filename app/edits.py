"""What a key does to what is drawn: each a step of undo, or a line why nothing happened."""

from dataclasses import replace

from app.session import PART_OF_TOOL, Session, has_outline
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.rules import RemoteBlood, RuleError


def confirm(session: Session) -> None:
    """Mark the slice's contours as the reader's own decision."""
    annotation = session.annotation
    if annotation is None or annotation.is_empty:
        return
    if annotation.confirmed:
        session.told.emit(f"Slice {session.index + 1} is confirmed already.")
        return
    session.commit(annotation, replace(annotation, confirmed=True))
    session.told.emit(f"Slice {session.index + 1} confirmed.")


def delete_outline(session: Session) -> None:
    """Remove the outline of the tool in hand."""
    annotation = session.annotation
    if annotation is not None and has_outline(annotation, session.tool):
        session.commit(annotation, replace(annotation, **{PART_OF_TOOL[session.tool]: None}))


def set_levels(session: Session, levels: tuple[float, ...]) -> None:
    """Measure the study at other threshold levels, one step of undo for all that is drawn.

    Levels that cannot nest are refused with a line.
    """
    if session.match is None:
        return
    try:
        rule = RemoteBlood(levels)
    except RuleError as refusal:
        session.told.emit(refusal.sentence)
        session.burden_changed.emit()
        return
    drawn = session.drawings.drawn(session.matches) or (session.drawings.stored(session.match),)
    session.drawings.live_rule = None
    _commit_all(session, "change the threshold levels", [(a, replace(a, rule=rule)) for a in drawn])


def preview_levels(session: Session, levels: tuple[float, ...]) -> None:
    """Follow a drag of a threshold level: everything is measured, nothing is stored.

    Raises RuleError for levels that cannot nest; a slider cannot pass its neighbour.
    """
    session.drawings.live_rule = RemoteBlood(levels)
    for match in session.matches:
        session.drawings.measure(match)
    session.annotation_changed.emit()
    session.burden_changed.emit()


def _commit_all(
    session: Session, words: str, changes: list[tuple[SliceAnnotation, SliceAnnotation]]
) -> None:
    """Make several changes one step of undo."""
    session.undo_stack.beginMacro(words)
    for before, after in changes:
        session.commit(before, after)
    session.undo_stack.endMacro()
