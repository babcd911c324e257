"""Saving each committed edit on a thread of its own; "saved" is said after COMMIT only.

What cannot be saved (disk full, folder read-only) stays in memory, in order, and is tried again
until it is saved or the writer is closed.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from vne_core.errors import VneError
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.exclusion import SliceExclusion
from vne_core.workspace.store import Workspace

RETRY_S = 2.0
"""How long after a failure the next attempt is made."""

Work = SliceAnnotation | SliceExclusion
"""What a reader made that must not be lost."""
OnSaved = Callable[[Work], None]
OnFailed = Callable[[VneError], None]


@dataclass(frozen=True, slots=True)
class _Edit:
    work: Work
    author: str
    on_saved: OnSaved
    on_failed: OnFailed


class AnnotationWriter:
    """One thread that appends annotations and exclusions in the order they were submitted.

    The callbacks are called on the writer's thread: a window passes them on by a signal. Each
    failed attempt is told once to the edit that waits first.
    """

    def __init__(self, workspace: Workspace, retry_s: float = RETRY_S) -> None:
        self._workspace = workspace
        self._retry_s = retry_s
        self._waiting: deque[_Edit] = deque()
        self._latest: dict[tuple[str, ImageKind], int] = {}
        self._changed = threading.Condition()
        self._is_closing = False
        self._is_failing = False
        self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
        self._thread.start()

    def submit(self, work: Work, author: str, on_saved: OnSaved, on_failed: OnFailed) -> None:
        """Queue an edit; returns at once. ``on_saved`` gets it with its revision number."""
        with self._changed:
            self._waiting.append(_Edit(work, author, on_saved, on_failed))
            self._changed.notify_all()

    @property
    def unsaved(self) -> tuple[Work, ...]:
        """The edits that are not on the disk yet, oldest first."""
        with self._changed:
            return tuple(edit.work for edit in self._waiting)

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is saved; return False when it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, timeout_s)

    def close(self) -> tuple[Work, ...]:
        """Make a last attempt, end the thread, and return what could not be saved."""
        with self._changed:
            self._is_closing = True
            self._is_failing = False
            self._changed.notify_all()
        self._thread.join()
        return self.unsaved

    def _run(self) -> None:
        store: Workspace | None = None
        try:
            while (edit := self._next()) is not None:
                try:
                    store = store or self._workspace.sibling()
                    saved = self._append(store, edit)
                except VneError as error:
                    self._keep(edit, error)
                else:
                    self._drop_first()
                    edit.on_saved(saved)
        finally:
            if store is not None:
                store.close()

    def _next(self) -> _Edit | None:
        """Wait for something to save; None when the thread should end."""
        with self._changed:
            while not self._is_closing and (self._is_failing or not self._waiting):
                pause_s = self._retry_s if self._is_failing else None
                if not self._changed.wait(pause_s):
                    self._is_failing = False
            done = self._is_failing or not self._waiting
            return None if done else self._waiting[0]

    def _append(self, store: Workspace, edit: _Edit) -> Work:
        """Save one edit; an annotation as made from the one this window saved before it."""
        match edit.work:
            case SliceExclusion() as exclusion:
                store.exclusions.append(exclusion, edit.author)
                return exclusion
            case SliceAnnotation() as annotation:
                key = (annotation.slice_id, annotation.image_kind)
                made_from = max(annotation.revision, self._latest.get(key, 0))
                newer = replace(annotation, revision=made_from)
                saved = store.annotations.append(newer, edit.author)
                self._latest[key] = saved.revision
                return saved

    def _keep(self, edit: _Edit, error: VneError) -> None:
        with self._changed:
            self._is_failing = True
        edit.on_failed(error)

    def _drop_first(self) -> None:
        with self._changed:
            self._waiting.popleft()
            self._changed.notify_all()
