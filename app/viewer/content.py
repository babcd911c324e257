"""All that a pane shows of one slice, as one value: it is drawn and placed once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.viewer.furniture import CornerLine
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import SliceAnnotation


@dataclass(frozen=True, slots=True, eq=False)
class PaneContent:
    """Values ``image``, shape (rows, columns), of ``plane``, and everything over and around them.

    ``levels`` are the values drawn darkest and lightest; None keeps the reader's window (the first
    image gets its 1st to 99th percentile). ``lookup`` is a (256, 3) table, grey when None.
    ``unit`` stands a colour bar in it at the right, "" none. ``corner`` is written upper left.
    ``bands`` are RGBA bytes, shape (rows, columns, 4).
    """

    image: NDArray[np.generic]
    plane: SlicePlane
    levels: tuple[float, float] | None = None
    lookup: NDArray[np.uint8] | None = None
    unit: str = ""
    corner: tuple[CornerLine, ...] = ()
    annotation: SliceAnnotation | None = None
    bands: NDArray[np.uint8] | None = None
