"""``vne doctor``: what this installation is made of, and whether it does its work."""

import argparse
import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from vne_core.cli.decoder_check import DecoderReport, check_decoders
from vne_core.cli.output import Answer, table
from vne_core.errors import VneError
from vne_core.learn.registry import Registry
from vne_core.workspace.sources import workspace_folder

PACKAGES = (
    "vne-reader",
    "numpy",
    "scipy",
    "pydicom",
    "pylibjpeg",
    "pylibjpeg-openjpeg",
    "pylibjpeg-rle",
    "pyjpegls",
    "python-gdcm",
    "PySide6-Essentials",
    "pyqtgraph",
    "torch",
    "onnxruntime",
    "safetensors",
)
DISPLAY_VARIABLES = ("WAYLAND_DISPLAY", "DISPLAY")


class UnhealthyError(VneError):
    """Something this installation should do and does not."""

    code = "unhealthy"


def run(_arguments: argparse.Namespace) -> Answer:
    """Report versions, decoders, display and the shipped models, each file's hash checked.

    Raises UnhealthyError naming the decoders that fail, and models that are not as shipped.
    """
    decoders = check_decoders()
    broken = [report for report in decoders if report.problem]
    if broken:
        raise UnhealthyError(
            "; ".join(f"{report.name}: {report.problem}" for report in broken),
            "every decoder to read its sample",
            "reinstall vne-reader",
        )
    models = _models()
    damaged = [str(one["problem"]) for one in models if one["problem"]]
    if damaged:
        raise UnhealthyError(
            "; ".join(damaged), "every shipped model as it was shipped", "reinstall vne-reader"
        )
    data = {
        "versions": _versions(),
        "decoders": [{"name": report.name, "ok": True} for report in decoders],
        "display": _display(),
        "models": models,
    }
    return Answer(data, _text(data, decoders))


def _models() -> list[dict[str, Any]]:
    """Return the shipped models; ``problem`` is None for one whose every file is whole."""
    registry = Registry(workspace_folder() / "models")
    return [
        {
            "model_id": one.model_id,
            "problem": one.problem or None,
            "files": dict(one.card.files) if one.card else {},
        }
        for one in registry.list()
        if one.is_shipped
    ]


def _versions() -> dict[str, str]:
    found = {name: _version(name) for name in PACKAGES}
    system = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return {**system, **found, "system": platform.platform()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _display() -> str | None:
    """Return the display a window would open on."""
    return next((os.environ[name] for name in DISPLAY_VARIABLES if os.environ.get(name)), None)


def _text(data: dict[str, Any], decoders: tuple[DecoderReport, ...]) -> str:
    display = data["display"] or "none: the window needs one, vne does not"
    rows = [*data["versions"].items(), *((report.name, "decodes") for report in decoders)]
    names = ", ".join(model["model_id"] for model in data["models"]) or "none shipped"
    return table(("what", "found"), [*rows, ("display", display), ("VNE models", names)])
