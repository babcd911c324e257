"""A VNE from a slice's images to its T1 grid, against the paper's time and eager torch.

The network is the default one with random weights: what it computes does not change its time.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from tests.benchmarks.table import BenchRow, median_ms
from tests.vne_core.learn.made_model import made_card
from tests.vne_core.vne.made_slice import EPI_MM, circle, made_plane, made_slice
from vne_core.learn.card import GENERATOR, LOCALISER, write_card
from vne_core.vne.config import LocaliserSpec, NetworkConfig
from vne_core.vne.export import export_generator, export_localiser
from vne_core.vne.generate import Subject, generate, prepare
from vne_core.vne.localiser import Localiser
from vne_core.vne.model import VneModel, load_model
from vne_core.vne.network import Generator

PAPER_MS = 130.0
"""Zhang et al. 2021: an image on a CPU."""
CORES = 2
REPEAT = 9
GRID = ((288, 384), (0.9375, 0.9375))
"""A ShMOLLI map as the scanner interpolates it."""
PIX2PIX_WIDTH, PIX2PIX_HALVINGS, PIX2PIX_WIDEST = 64, 8, 512
"""The U-Net-256 of Isola et al. 2017, in feature maps, halvings and widest level."""


def rows() -> Iterator[BenchRow]:
    """Measure one slice on two cores, its preparation and the way back included."""
    torch.manual_seed(0)
    torch.set_num_threads(CORES)
    network = Generator(NetworkConfig()).eval()
    with tempfile.TemporaryDirectory() as name:
        model = _model(Path(name) / "made-1", network)
    plane = made_plane(*GRID)
    subject = Subject(made_slice(plane), circle(plane, EPI_MM), 1.5)
    ours_ms = median_ms(lambda: generate(model, subject), REPEAT)
    prepared = prepare(model, subject)
    given = {name: torch.from_numpy(one[None]) for name, one in prepared.tensors.items()}
    alone = {name: one[None] for name, one in prepared.tensors.items()}
    graph_ms = median_ms(lambda: model.generator.run(alone), REPEAT)
    with torch.inference_mode():
        eager_ms = median_ms(lambda: network(given), REPEAT)
        pix2pix = PixToPix().eval()
        large_ms = median_ms(lambda: pix2pix(torch.zeros(1, 3, 256, 256)), REPEAT)
    count = sum(p.numel() for p in network.parameters()) / 1e6
    large = sum(p.numel() for p in pix2pix.parameters()) / 1e6
    yield BenchRow(
        name=f"VNE of a slice, {GRID[0][0]}x{GRID[0][1]}, two cores",
        ours_ms=ours_ms,
        peer_ms=PAPER_MS,
        peer="Zhang et al. 2021, their CPU",
        bar=f"< {PAPER_MS:g} ms",
        passed=ours_ms < PAPER_MS,
        note=f"of it {graph_ms:.0f} ms network",
    )
    yield BenchRow(
        name=f"the network alone, {count:.2f} M parameters",
        ours_ms=graph_ms,
        peer_ms=eager_ms,
        peer="eager torch",
        bar="not slower",
        passed=graph_ms <= eager_ms,
        note=f"pix2pix U-Net-256, {large:.0f} M, in eager torch: {large_ms:.0f} ms",
    )


def _model(folder: Path, network: Generator) -> VneModel:
    folder.mkdir()
    export_generator(network, folder / GENERATOR)
    export_localiser(Localiser(LocaliserSpec().width).eval(), folder / LOCALISER)
    write_card(folder, made_card("made-1"))
    return load_model(folder, threads=CORES)


class PixToPix(nn.Module):
    """The U-Net-256 generator of pix2pix: eight halvings, skips, transposed convolutions."""

    def __init__(self) -> None:
        super().__init__()
        widths = [min(PIX2PIX_WIDTH << at, PIX2PIX_WIDEST) for at in range(PIX2PIX_HALVINGS)]
        steps = [3, *widths]
        self.down = nn.ModuleList(
            nn.Conv2d(one, two, 4, 2, 1) for one, two in zip(steps, widths, strict=False)
        )
        ups = [*reversed(widths[:-1]), 3]
        inputs = [widths[-1], *(2 * width for width in reversed(widths[:-1]))]
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(one, two, 4, 2, 1) for one, two in zip(inputs, ups, strict=True)
        )

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return an image of the same size."""
        maps = []
        for down in self.down:
            image = torch.nn.functional.leaky_relu(down(image), 0.2)
            maps.append(image)
        found = maps.pop()
        for up in self.up:
            found = torch.relu(up(found))
            if maps:
                found = torch.cat([found, maps.pop()], 1)
        return found
