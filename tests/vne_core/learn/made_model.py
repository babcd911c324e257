"""A model folder whose graphs are real ONNX and whose answers are known in closed form.

The generator says how far a pixel's T1 lies between two values of the fixed T1 window, which is
0 for remote myocardium and 1 for blood; the share that IR and cine have in it, and the spread, are
known too. The localiser's heat is the temporal SD of the cine, else nothing.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from vne_core.learn.card import (
    GENERATOR,
    LOCALISER,
    WEIGHTS,
    FalsePositiveRule,
    ModelCard,
    TrainingRange,
    write_card,
)

SPREAD = 0.05
IR_SHARE, CINE_SHARE = 0.02, 0.01
"""What one unit of the mean IR and cine signal adds to the made image."""


def made_card(model_id: str = "made-1", **fields) -> ModelCard:
    known = {
        "what": "a made model for tests",
        "made_utc": "2026-11-25T21:00:00+00:00",
        "code_version": "0.1.0",
        "network": {"streams": ["t1", "ir", "cine"]},
        "training": {"seed": 1},
        "data": {"cohorts": [{"name": "hcm_1p5t_shmolli", "patients": 10, "seed": 1}]},
        "training_range": TrainingRange((850.0, 1300.0), (0.8, 1.6), (1.5, 3.0)),
        "intended_use": "tests",
        "limits": ("made, not trained",),
        "matched_levels": (0.4, 0.2, 0.1),
        "false_positive_rules": (FalsePositiveRule("FWHM", 0.5, 1.0),),
    }
    return ModelCard(model_id=model_id, **(known | fields))


def write_model(home: Path, model_id: str = "made-1", **fields) -> Path:
    """Write a whole model into ``home`` and return its folder."""
    folder = home / model_id
    folder.mkdir(parents=True)
    onnx.save(generator(), str(folder / GENERATOR))
    onnx.save(localiser(), str(folder / LOCALISER))
    (folder / WEIGHTS).write_bytes(b"weights that only training reads")
    write_card(folder, made_card(model_id, **fields))
    return folder


def generator(remote: float = 0.4, blood: float = 0.8) -> onnx.ModelProto:
    """The graph of ``(t1 - remote) / (blood - remote)`` with shares of IR and cine.

    ``remote`` and ``blood`` are on the normalised T1 scale.
    """
    values = {
        "first": np.array([0], np.int64),
        "remote": np.array(remote, np.float32),
        "width": np.array(blood - remote, np.float32),
        "ir_share": np.array(IR_SHARE, np.float32),
        "cine_share": np.array(CINE_SHARE, np.float32),
        "none": np.array(0, np.float32),
        "spread_value": np.array(SPREAD, np.float32),
        "channel": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["t1", "first"], ["t1_ms"], axis=1),
        helper.make_node("Sub", ["t1_ms", "remote"], ["above"]),
        helper.make_node("Div", ["above", "width"], ["scaled"]),
        helper.make_node("ReduceMean", ["ir", "channel"], ["ir_mean"], keepdims=1),
        helper.make_node("Mul", ["ir_mean", "ir_share"], ["ir_part"]),
        helper.make_node("ReduceMean", ["cine", "channel"], ["cine_mean"], keepdims=1),
        helper.make_node("Mul", ["cine_mean", "cine_share"], ["cine_part"]),
        helper.make_node("Sum", ["scaled", "ir_part", "cine_part"], ["vne"]),
        helper.make_node("Mul", ["scaled", "none"], ["flat"]),
        helper.make_node("Add", ["flat", "spread_value"], ["spread"]),
    ]
    inputs = {"t1": 2, "ir": 8, "cine": 26}
    return _model(nodes, inputs, ("vne", "spread"), values)


def localiser() -> onnx.ModelProto:
    """The graph whose heat is its second channel, the temporal SD of the cine."""
    values = {"second": np.array([1], np.int64)}
    nodes = [helper.make_node("Gather", ["images", "second"], ["heat"], axis=1)]
    return _model(nodes, {"images": 3}, ("heat",), values)


def _model(nodes, inputs, outputs, values) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "made",
        [_tensor(name, channels) for name, channels in inputs.items()],
        [_tensor(name, 1) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    return model


def _tensor(name: str, channels: int) -> onnx.ValueInfoProto:
    shape = ["n", channels, "h", "w"]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
