"""What a key does to what is drawn: each a step of undo, or a line why nothing happened."""

from dataclasses import replace

from app.session import Session
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.copying import copied
from vne_core.study.rules import RemoteBlood, RuleError
from vne_core.vne.image import VneImage

LINKED = (
    "The images of this slice share one set of contours; "
    "switch that off in the Tools menu to give each its own."
)


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


def copy_from(session: Session, by: int) -> None:
    """Take the contours and regions of the slice ``by`` further as ghosts, until confirmed."""
    match, at = session.match, session.index + by
    annotation = session.annotation
    if match is None or annotation is None:
        return
    if not 0 <= at < len(session.matches):
        session.told.emit(f"There is no slice {'above' if by < 0 else 'below'} this one.")
        return
    source = session.drawings.stored(session.matches[at], session.image)
    after = copied(source, annotation, match.anchor.plane)
    if after == annotation:
        session.told.emit(f"Slice {at + 1} has nothing to copy that is not here.")
        return
    words = f"copy from slice {at + 1}"
    name = f"{words.capitalize()}, slice {session.index + 1}\n{words}"
    _commit_all(session, name, [(annotation, after)])
    session.told.emit(f"Copied from slice {at + 1}: drag to fit, Enter confirms.")


def copy_to_others(session: Session) -> None:
    """Give the other images of the slice the contours and regions of the one in hand."""
    match, source = session.match, session.annotation
    if match is None or source is None:
        return
    if session.drawings.is_linked:
        session.told.emit(LINKED)
        return
    stored = (session.drawings.stored(match, kind) for kind in _others(session, match))
    pairs = [(before, copied(source, before, match.anchor.plane)) for before in stored]
    changes = [(before, after) for before, after in pairs if before != after]
    if not changes:
        session.told.emit("There is no other image, or nothing to copy to it.")
        return
    place = f"slice {session.index + 1}"
    _commit_all(session, f"Copy to other images, {place}\ncopy to the other images", changes)
    session.told.emit("Copied to the other images: drag to fit, Enter confirms.")


def _others(session: Session, match: SliceMatch) -> list[ImageKind]:
    """Return the images of the slice that are there, without the one in hand."""
    there = {
        ImageKind.T1: match.partner(Role.T1) or match.partner(Role.IR),
        ImageKind.CINE: match.partner(Role.CINE),
        ImageKind.VNE: isinstance(session.drawings.vne(match), VneImage),
        ImageKind.LGE: match.partner(Role.LGE),
    }
    return [kind for kind, found in there.items() if found and kind is not session.image]


def set_levels(session: Session, levels: tuple[float, ...]) -> None:
    """Measure the study at other threshold levels, one step of undo for all that is drawn.

    Levels that cannot nest are refused with a line; those that hold already are no step.
    """
    if session.match is None:
        return
    try:
        rule = RemoteBlood(levels)
    except RuleError as refusal:
        session.told.emit(refusal.sentence)
        session.burden_changed.emit()
        return
    session.drawings.live_rule = None
    if rule == session.rule:
        session.burden_changed.emit()
        return
    drawn = session.drawings.drawn(session.matches) or (session.drawings.stored(session.match),)
    words = ", ".join(f"{100 * level:g}" for level in levels)
    name = f"Levels {words} %, all slices\nchange the threshold levels"
    _commit_all(session, name, [(a, replace(a, rule=rule)) for a in drawn])


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
