import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from tests.vne_core.vne.small_spec import SMALL
from vne_core.vne import export
from vne_core.vne.config import NetworkConfig
from vne_core.vne.export import ExportError, example, export_generator, export_localiser
from vne_core.vne.localiser import Localiser
from vne_core.vne.network import Generator


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(4)
    return Generator(SMALL)


def test_a_graph_computes_what_the_network_does_at_a_size_it_never_saw(generator, tmp_path):
    path = tmp_path / "generator.onnx"
    assert export_generator(generator, path) < 1e-4
    session = onnxruntime.InferenceSession(path)
    channels = {i.name: i.shape[1] for i in session.get_inputs()}
    assert channels == {"t1": 2, "ir": 8, "cine": 26}
    assert [o.name for o in session.get_outputs()] == ["vne", "spread"]
    images = example(channels, (3, 77, 90))
    images[2][1] = 0
    with torch.no_grad():
        wanted = generator(dict(zip(channels, images, strict=True)))
    found = session.run(None, {n: i.numpy() for n, i in zip(channels, images, strict=True)})
    for one, other in zip(wanted, found, strict=True):
        assert np.abs(one.numpy() - other).max() < 1e-4


def test_the_baselines_graph_asks_for_its_stream_only(tmp_path):
    export_generator(Generator(NetworkConfig(streams=("t1",), width=4, depth=1)), tmp_path / "g")
    assert [i.name for i in onnx.load(tmp_path / "g").graph.input] == ["t1"]


def test_the_localisers_graph_takes_whole_images_of_any_shape(tmp_path):
    torch.manual_seed(1)
    export_localiser(Localiser(4), tmp_path / "l.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "l.onnx")
    (heat,) = session.run(None, {"images": np.ones((1, 3, 63, 90), dtype=np.float32)})
    assert heat.shape == (1, 1, 63, 90)
    assert 0 < heat.min() <= heat.max() < 1


def test_a_graph_that_computes_something_else_is_not_kept(generator, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "LARGEST_DIFFERENCE", 1e-12)
    with pytest.raises(ExportError, match="differs by"):
        export_generator(generator, tmp_path / "g.onnx")
    assert not (tmp_path / "g.onnx").exists()
