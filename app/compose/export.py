"""The burden of the open study as a CSV."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.compose.generation import ModelInUse
from app.drawings import Drawings
from app.session import Session
from vne_core.study.annotation import ImageKind
from vne_core.vne.image import VneImage

if TYPE_CHECKING:
    from vne_core.align.match import SliceMatch
    from vne_core.quantify.rows import MadeImage, MeasuredSlice

# ruff: noqa: PLC0415 - the table reads package metadata: 30 ms


def write_burden(session: Session, model: ModelInUse, path: Path) -> Callable[[], None]:
    """Return the work, for another thread, of writing what the session measures now.

    The VNE has rows where one of the study's slices has a VNE.
    """
    from vne_core.quantify.rows import study_rows, write_csv

    assert session.opened is not None
    drawings, matches = session.drawings, session.matches
    has_vne = any(isinstance(drawings.vne(match), VneImage) for match in matches)
    grid = matches[0].anchor_role.value
    rows = [
        row
        for kind in (ImageKind.LGE, ImageKind.VNE)[: 1 + has_vne]
        for row in study_rows(
            session.opened.study.pseudonym,
            kind,
            grid,
            [_measured(drawings, at, match, kind) for at, match in enumerate(matches, start=1)],
        )
    ]
    return partial(write_csv, path, rows, {"models": _models(model, drawings) if has_vne else []})


def _measured(
    drawings: Drawings, number: int, match: "SliceMatch", kind: ImageKind
) -> "MeasuredSlice":
    from vne_core.quantify.rows import MeasuredSlice

    is_vne = kind is ImageKind.VNE
    return MeasuredSlice(
        str(number),
        drawings.shown_on_vne(match) if is_vne else drawings.stored(match, kind),
        drawings.burden(match, kind),
        match.anchor_role.value,
        _made(drawings, match) if is_vne else None,
    )


def _made(drawings: Drawings, match: "SliceMatch") -> "MadeImage | None":
    from vne_core.workspace.burdens import made_image

    vne = drawings.vne(match)
    return made_image(vne) if isinstance(vne, VneImage) else None


def _models(model: ModelInUse, drawings: Drawings) -> list[dict[str, object]]:
    """Return what the JSON beside the table says of the model."""
    return [
        {
            "model_id": model.model_id,
            "matched_levels": list(model.matched_levels),
            "levels_used": "matched" if drawings.vne_levels else "equal",
            "notice": model.caution,
        }
    ]
