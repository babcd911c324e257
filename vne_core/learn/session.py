"""A network's graph, run with ONNX Runtime. It is imported when the first graph is opened.

In the window that happens in a worker thread: the import takes a tenth of a second and its
threads must not spin while a reader moves the mouse.
"""

import importlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.files import sha256_file

MOST_THREADS = 8
"""Beyond this a slice of 192 x 192 pixels gains nothing."""

Tensor = NDArray[np.float32]


class GraphError(VneError):
    """A graph that cannot be opened or run."""

    code: ClassVar[str] = "graph"


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """An opened graph: the names of what it takes and gives, and ONNX Runtime's session."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    session: Any

    def run(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the outputs by name; usable from any thread.

        Raises GraphError for inputs of other names or shapes, and for an output that is not
        finite.
        """
        if set(tensors) != set(self.inputs):
            raise GraphError(
                f"{self.name} takes {', '.join(self.inputs)}",
                f"these inputs and not {', '.join(tensors)}",
                "use the model with the software that exported it",
            )
        feed = {name: np.ascontiguousarray(t, dtype=np.float32) for name, t in tensors.items()}
        try:
            found: list[Any] = self.session.run(list(self.outputs), feed)
        except _failures() as error:
            raise GraphError(f"{self.name} could not be run ({_first_line(error)})") from error
        outputs = {name: np.asarray(one) for name, one in zip(self.outputs, found, strict=True)}
        strange = [name for name, one in outputs.items() if not np.isfinite(one).all()]
        if strange:
            raise GraphError(
                f"{self.name} gave {', '.join(strange)} with values that are no numbers",
                "finite values",
                "use another model",
            )
        return outputs


_OPENED: dict[tuple[str, int], Graph] = {}
_OPENING = threading.Lock()


def open_graph(path: Path, sha256: str | None = None, threads: int | None = None) -> Graph:
    """Return the graph of an .onnx file; the same file is opened once a process.

    ``sha256`` is the file's hash where it is known already. ``threads`` defaults to the processors
    this process may use. Raises GraphError in words where the file or ONNX Runtime cannot be used.
    """
    digest = sha256 or sha256_file(path)
    count = usable_threads() if threads is None else threads
    with _OPENING:
        key = (digest, count)
        if key not in _OPENED:
            _OPENED[key] = _open(path, count)
        return _OPENED[key]


def usable_threads() -> int:
    """Return how many threads a graph is run with: the processors of this process, at most 8."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST_THREADS, count or 1)


def _open(path: Path, threads: int) -> Graph:
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _failures() as error:
        raise GraphError(
            f"{path.name} cannot be opened ({_first_line(error)})",
            "a graph that ONNX Runtime reads",
            "copy the model again, or export it again",
        ) from error
    inputs = tuple(str(one.name) for one in session.get_inputs())
    outputs = tuple(str(one.name) for one in session.get_outputs())
    return Graph(path.name, inputs, outputs, session)


def _runtime() -> Any:
    """Return ONNX Runtime, imported now; raises GraphError where it is missing or broken."""
    try:
        return importlib.import_module("onnxruntime")
    except ImportError as error:
        raise GraphError(
            f"ONNX Runtime cannot be imported ({_first_line(error)})",
            "the package onnxruntime",
            "install vne-reader again",
        ) from error


def _failures() -> tuple[type[Exception], ...]:
    """Return every error that ONNX Runtime raises: they have no base of their own."""
    state: Any = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    named: list[Any] = [getattr(state, name) for name in dir(state)]
    own = [one for one in named if isinstance(one, type) and issubclass(one, Exception)]
    return (RuntimeError, ValueError, OSError, *own)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200]
