"""Images on their own planes, read by the worker when they are first looked at."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.background import Background
from app.compose.library import Library
from app.errors import sentence
from vne_core.align.recovery import real_values
from vne_core.study.model import SliceRef
from vne_core.workspace.aligned import pixels_of
from vne_core.workspace.store import Workspace

KEPT = 16
"""Slices kept at hand: a long-axis cine is 6 MB."""
Images = NDArray[np.float32]


class Natives:
    """``find`` returns what is at hand and asks for what is not; ``on_read`` is called then."""

    def __init__(self, background: Background, library: Library) -> None:
        self._background = background
        self._library = library
        self._kept: OrderedDict[str, Images] = OrderedDict()
        self._asked: set[str] = set()
        self.failures: dict[str, str] = {}
        self.on_read: Callable[[], None] = lambda: None

    def find(self, one: SliceRef) -> Images | None:
        """Return the images of a slice, (frames, rows, columns); None until they are read."""
        found = self._kept.get(one.slice_id)
        if found is not None:
            self._kept.move_to_end(one.slice_id)
            return found
        if one.slice_id not in self._asked and one.slice_id not in self.failures:
            self._asked.add(one.slice_id)
            reading = partial(self._library.ask, partial(native_images, one))
            topic = _topic(one.slice_id)
            take, refuse = partial(self._take, one.slice_id), partial(self._refuse, one.slice_id)
            self._background.ask(topic, reading, take, refuse)
        return None

    def forget(self) -> None:
        """Drop everything: another study is shown."""
        self._background.forget(_topic(slice_id) for slice_id in self._asked)
        self._kept.clear()
        self._asked.clear()
        self.failures.clear()

    def _take(self, slice_id: str, images: Images) -> None:
        self._asked.discard(slice_id)
        self._kept[slice_id] = images
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.on_read()

    def _refuse(self, slice_id: str, error: BaseException) -> None:
        self._asked.discard(slice_id)
        self.failures[slice_id] = sentence(error)
        self.on_read()


def native_images(one: SliceRef, workspace: Workspace) -> Images:
    """Return a slice's images with slope and intercept applied, on its own plane."""
    return real_values(one, lambda slice_ref: pixels_of(workspace.arrays, slice_ref))


def _topic(slice_id: str) -> str:
    return f"native {slice_id}"
