"""All that a pane shows of one slice, as one value: it is drawn and placed once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.viewer.furniture import CornerLine
from app.viewer.marks import Mark
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.study.annotation import SliceAnnotation


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """Where another slice cuts the image, between two points in LPS; ``is_shown`` now elsewhere."""

    start_mm: Vector
    end_mm: Vector
    is_shown: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class PaneContent:
    """Values ``image``, shape (rows, columns), of ``plane``, and everything over and around them.

    ``levels`` are the values drawn darkest and lightest; None keeps the reader's window (the first
    image gets its 1st to 99th percentile). ``lookup`` is a (256, 3) table, grey when None.
    ``unit`` is that of the values, "" for arbitrary ones; ``has_range_bar`` stands a bar of the
    colours at the right. ``corner`` is written upper left, ``frame_text`` (phase, inversion time)
    lower left. ``bands`` are RGBA bytes, shape (rows, columns, 4). An annotation that is not
    ``is_editable`` is shown and cannot be taken hold of: it lies on another grid than the image.
    """

    image: NDArray[np.generic]
    plane: SlicePlane
    levels: tuple[float, float] | None = None
    lookup: NDArray[np.uint8] | None = None
    unit: str = ""
    has_range_bar: bool = False
    corner: tuple[CornerLine, ...] = ()
    frame_text: str = ""
    annotation: SliceAnnotation | None = None
    is_editable: bool = True
    bands: NDArray[np.uint8] | None = None
    marks: tuple[Mark, ...] = ()
    lines: tuple[ReferenceLine, ...] = ()
