"""What a key does to what is drawn: each a step of undo, or a line why nothing happened."""

from dataclasses import replace

from app.session import Session
from app.words import tr
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
        session.told.emit(
            tr("Slice {number} is confirmed already.").format(number=session.index + 1)
        )
        return
    session.commit(annotation, replace(annotation, confirmed=True))
    session.told.emit(tr("Slice {number} confirmed.").format(number=session.index + 1))


def copy_from(session: Session, by: int) -> None:
    """Take the contours and regions of the slice ``by`` further as ghosts, until confirmed."""
    match, at = session.match, session.index + by
    annotation = session.annotation
    if match is None or annotation is None:
        return
    if not 0 <= at < len(session.matches):
        session.told.emit(
            tr("There is no slice above this one.")
            if by < 0
            else tr("There is no slice below this one.")
        )
        return
    source = session.drawings.stored(session.matches[at], session.image)
    after = copied(source, annotation, match.anchor.plane)
    if after == annotation:
        session.told.emit(
            tr("Slice {number} has nothing to copy that is not here.").format(number=at + 1)
        )
        return
    words = tr("copy from slice {number}").format(number=at + 1)
    here = tr("slice {number}").format(number=session.index + 1)
    name = f"{words.capitalize()}, {here}\n{words}"
    _commit_all(session, name, [(annotation, after)])
    session.told.emit(
        tr("Copied from slice {number}: drag to fit, Enter confirms.").format(number=at + 1)
    )


def copy_to_others(session: Session) -> None:
    """Give the other images of the slice the contours and regions of the one in hand."""
    match, source = session.match, session.annotation
    if match is None or source is None:
        return
    if session.drawings.is_linked:
        session.told.emit(tr(LINKED))
        return
    stored = (session.drawings.stored(match, kind) for kind in _others(session, match))
    pairs = [(before, copied(source, before, match.anchor.plane)) for before in stored]
    changes = [(before, after) for before, after in pairs if before != after]
    if not changes:
        session.told.emit(tr("There is no other image, or nothing to copy to it."))
        return
    place = tr("slice {number}").format(number=session.index + 1)
    _commit_all(
        session,
        _step("Copy to other images, {place}", "copy to the other images", place=place),
        changes,
    )
    session.told.emit(tr("Copied to the other images: drag to fit, Enter confirms."))


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
    name = _step("Levels {levels} %, all slices", "change the threshold levels", levels=words)
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


def _step(name: str, words: str, **parts: str) -> str:
    """Return a step's name in the history, and behind a line break how undo calls it."""
    return f"{tr(name).format(**parts)}\n{tr(words)}"


def _commit_all(
    session: Session, words: str, changes: list[tuple[SliceAnnotation, SliceAnnotation]]
) -> None:
    """Make several changes one step of undo."""
    session.undo_stack.beginMacro(words)
    for before, after in changes:
        session.commit(before, after)
    session.undo_stack.endMacro()
