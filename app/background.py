"""Work in a thread, from value to value; answers are numbered and late ones are dropped."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal


@dataclass(frozen=True, slots=True)
class _Question:
    number: int
    topic: str
    on_value: Callable[[Any], None]
    on_error: Callable[[BaseException], None]


class Background(QObject):
    """One worker thread. The newest question of a topic replaces the older ones."""

    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._newest: dict[str, int] = {}
        self._asked = 0
        self._is_closed = False
        self._pending: dict[int, Future[Any]] = {}
        self._finished.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """True when no answer is awaited."""
        return not self._pending

    def awaits(self, topic: str) -> bool:
        """Return whether the answer to the newest question of a topic is still to come."""
        return self._newest.get(topic) in self._pending

    def ask(
        self,
        topic: str,
        function: Callable[[], Any],
        on_value: Callable[[Any], None],
        on_error: Callable[[BaseException], None],
    ) -> int:
        """Run ``function`` in the worker; one of the other two gets its answer in this thread.

        Neither is called once a newer question of the same topic was asked, or after the close.
        """
        self._asked += 1
        if self._is_closed:
            return self._asked
        question = _Question(self._asked, topic, on_value, on_error)
        self._drop(topic)
        self._newest[topic] = question.number
        future = self._pool.submit(function)
        self._pending[question.number] = future
        future.add_done_callback(lambda done: self._finished.emit(question, done))
        return question.number

    def forget(self, topics: Iterable[str]) -> None:
        """Drop the questions of these topics: none of their answers will be told."""
        for topic in tuple(topics):
            self._drop(topic)

    def close(self, last: Callable[[], object]) -> None:
        """Drop every question, run ``last`` in the worker, wait for the thread to end; once."""
        if self._is_closed:
            return
        self._is_closed = True
        self.forget(self._newest)
        self._pool.submit(last)
        self._pool.shutdown(wait=True)

    def _drop(self, topic: str) -> None:
        number = self._newest.pop(topic, None)
        if number is not None and (future := self._pending.get(number)):
            future.cancel()

    def _tell(self, question: _Question, future: Future[Any]) -> None:
        self._pending.pop(question.number, None)
        if future.cancelled() or self._newest.get(question.topic) != question.number:
            return
        error = future.exception()
        if error is not None:
            question.on_error(error)
        else:
            question.on_value(future.result())
