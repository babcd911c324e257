"""The burden of the open study as a CSV."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.session import Session
from vne_core.study.annotation import ImageKind


def write_burden(session: Session, path: Path) -> Callable[[], None]:
    """Return the work, for another thread, of writing what the session measures now."""
    from vne_core.quantify.rows import (  # noqa: PLC0415 - reads package metadata: 30 ms
        MeasuredSlice,
        study_rows,
        write_csv,
    )

    assert session.opened is not None
    slices = [
        MeasuredSlice(
            str(number),
            session.drawings.stored(match),
            session.drawings.burden(match),
            match.anchor_role.value,
        )
        for number, match in enumerate(session.matches, start=1)
    ]
    grid = session.matches[0].anchor_role.value
    rows = study_rows(session.opened.study.pseudonym, ImageKind.LGE, grid, slices)
    return partial(write_csv, path, rows, {})
