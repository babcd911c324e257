import subprocess
import sys

import numpy as np
import pytest

from tests.vne_core.learn.made_model import SPREAD
from vne_core.learn.card import GENERATOR
from vne_core.learn.session import GraphError, open_graph


def tensors(n=1, height=5, width=7):
    shapes = {"t1": 2, "ir": 8, "cine": 26}
    return {name: np.zeros((n, c, height, width), np.float32) for name, c in shapes.items()}


@pytest.fixture
def graph(new_model, tmp_path):
    return open_graph(new_model(tmp_path) / GENERATOR)


def test_a_graph_computes_what_its_file_says_for_any_size(graph):
    given = tensors(2, 9, 4)
    given["t1"][:, 0] = 0.6
    found = graph.run(given)
    np.testing.assert_allclose(found["vne"], np.full((2, 1, 9, 4), 0.5), atol=1e-6)
    np.testing.assert_allclose(found["spread"], np.full((2, 1, 9, 4), SPREAD), atol=1e-6)


def test_the_same_file_is_opened_once(new_model, tmp_path):
    one = new_model(tmp_path / "a") / GENERATOR
    two = new_model(tmp_path / "b") / GENERATOR
    assert open_graph(one) is open_graph(two)
    assert open_graph(one, threads=1) is not open_graph(one, threads=2)


def test_inputs_of_other_names_are_refused_with_both(graph):
    with pytest.raises(GraphError, match=r"generator\.onnx takes t1, ir, cine.*not t1"):
        graph.run({"t1": tensors()["t1"]})


def test_inputs_of_another_shape_are_refused_in_words(graph):
    with pytest.raises(GraphError, match=r"generator\.onnx could not be run"):
        graph.run(tensors() | {"cine": np.zeros((1, 3, 5, 7), np.float32)})


def test_values_that_are_no_numbers_never_leave_a_graph(graph):
    given = tensors()
    given["t1"][0, 0, 2, 2] = np.nan
    with pytest.raises(GraphError, match=r"gave vne, spread with values that are no numbers"):
        graph.run(given)


def test_a_file_that_is_no_graph_is_refused_by_name(tmp_path):
    path = tmp_path / "noise.onnx"
    path.write_bytes(b"not a graph " * 50)
    with pytest.raises(GraphError, match=r"noise\.onnx cannot be opened"):
        open_graph(path)


def test_the_module_loads_without_the_runtime_and_says_what_is_missing(new_model, tmp_path):
    path = new_model(tmp_path) / GENERATOR
    code = (
        "import sys, pathlib; sys.modules['onnxruntime'] = None\n"
        "from vne_core.learn.session import GraphError, open_graph\n"
        "try: open_graph(pathlib.Path(sys.argv[1]))\n"
        "except GraphError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
    )
    assert "needed: the package onnxruntime" in done.stdout, done.stderr
