"""What is true of the window now, so that exactly the sensible actions are enabled."""

from app.actions import Fact
from app.session import Session, has_outline
from vne_core.align.roles import Role
from vne_core.study.annotation import SliceAnnotation


def facts_of(
    session: Session, *, is_idle: bool, can_write: bool, has_imported: bool, has_model: bool = False
) -> frozenset[Fact]:
    """Return the facts that the table of actions asks for."""
    match, annotation = session.match, session.annotation
    holds = {
        Fact.IDLE: is_idle,
        Fact.LAST_IMPORT: has_imported,
        Fact.STUDY: session.opened is not None,
        Fact.MODEL: has_model,
        Fact.WRITABLE: can_write,
        Fact.CINE: match is not None and match.partner(Role.CINE) is not None,
        Fact.T1: session.images is not None and session.images.t1_ms is not None,
        Fact.UNCONFIRMED: annotation is not None and _can_be_confirmed(annotation),
        Fact.OUTLINE: annotation is not None and has_outline(annotation, session.tool),
        Fact.CAN_UNDO: can_write and session.undo_stack.canUndo(),
        Fact.CAN_REDO: can_write and session.undo_stack.canRedo(),
    }
    return frozenset(fact for fact, is_so in holds.items() if is_so)


def _can_be_confirmed(annotation: SliceAnnotation) -> bool:
    has_both = annotation.epi is not None and annotation.endo is not None
    return has_both and not annotation.confirmed
