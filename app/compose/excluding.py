"""A slice left out by its reader: asked about, kept as one step of undo."""

from app.compose.reader import Reader
from app.dialogs.exclude_slice import ExcludeSliceDialog
from app.words import tr


def ask_exclusion(reader: Reader) -> None:
    """Ask what the slice shown is left out of, and why."""
    session = reader.session
    if session.match is None:
        return
    slice_id = session.match.anchor.slice_id
    known = session.drawings.exclusions.get(slice_id)
    title = tr("slice {number}").format(number=session.index + 1)
    answer = ExcludeSliceDialog.ask(reader.window, title, known, slice_id)
    if answer is not None:
        session.exclude(answer)
        session.told.emit(
            tr("Slice {number}: {summary}.").format(
                number=session.index + 1, summary=tr(answer.summary)
            )
        )
