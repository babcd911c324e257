"""Networks as ONNX graphs, checked against torch before they are kept."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
import torch
from torch import Tensor, nn

from vne_core.errors import VneError
from vne_core.files import atomic_write
from vne_core.vne.config import STREAM_CHANNELS
from vne_core.vne.localiser import LOCALISER_CHANNELS, Localiser
from vne_core.vne.network import Generator

OPSET = 17
CHECKED_SIZES = ((1, 144, 144), (2, 100, 132), (1, 64, 64))
"""Slices, rows and columns at which a graph is compared with torch."""
LARGEST_DIFFERENCE = 1e-4
"""On the scale where blood is 1; single precision adds up to about 1e-5."""


class ExportError(VneError):
    """A graph that does not compute what the network does."""

    code = "export"


class _Ordered(nn.Module):
    """A generator that takes its streams in order, as a graph does."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, *images: Tensor) -> tuple[Tensor, Tensor]:
        names = self.generator.config.streams
        return self.generator(dict(zip(names, images, strict=True)))


def export_generator(generator: Generator, path: Path) -> float:
    """Write the generator's graph; return its largest difference from torch.

    Inputs are the streams by name, outputs ``vne`` and ``spread``; slices, rows and columns are
    free. Raises ExportError when ONNX Runtime computes something else.
    """
    streams = generator.config.streams
    channels: dict[str, int] = {name: STREAM_CHANNELS[name] for name in streams}
    return _export(_Ordered(generator), channels, ("vne", "spread"), path)


def export_localiser(localiser: Localiser, path: Path) -> float:
    """Write the localiser's graph: ``images`` to ``heat``; return its difference from torch."""
    return _export(localiser, {"images": LOCALISER_CHANNELS}, ("heat",), path)


def example(channels: Mapping[str, int], size: tuple[int, int, int]) -> tuple[Tensor, ...]:
    """Return random images of a size, the same each time, all of them valid."""
    count, rows, cols = size
    made: list[Tensor] = []
    rng = torch.Generator().manual_seed(rows * cols)
    for name, depth in channels.items():
        images = torch.randn(count, depth, rows, cols, generator=rng)
        if name in STREAM_CHANNELS:
            images[:, -1] = 1.0
        made.append(images)
    return tuple(made)


def _export(
    network: nn.Module, channels: Mapping[str, int], outputs: Sequence[str], path: Path
) -> float:
    network = network.cpu().eval()
    axes = {name: {0: "slices", 2: "rows", 3: "columns"} for name in (*channels, *outputs)}
    stream = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            example(channels, CHECKED_SIZES[0]),
            cast("Any", stream),
            input_names=list(channels),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(onnx.load_from_string(stream.getvalue()))
    difference = _difference(network, channels, stream.getvalue())
    if not difference <= LARGEST_DIFFERENCE:
        raise ExportError(
            f"the exported graph differs by {difference:.2g}", f"at most {LARGEST_DIFFERENCE:g}"
        )
    atomic_write(path, stream.getvalue())
    return difference


def _difference(network: nn.Module, channels: Mapping[str, int], graph: bytes) -> float:
    """Return the largest difference between graph and network over several sizes."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    largest = 0.0
    for size in CHECKED_SIZES:
        images = example(channels, size)
        with torch.no_grad():
            wanted = network(*images)
        found = session.run(None, {n: i.numpy() for n, i in zip(channels, images, strict=True)})
        for one, other in zip(
            wanted if isinstance(wanted, tuple) else (wanted,), found, strict=True
        ):
            largest = max(largest, float(np.abs(one.numpy() - np.asarray(other)).max()))
    return largest
