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
    """Report versions, decoders, display and models.

    Raises UnhealthyError naming the decoders that fail.
    """
    decoders = check_decoders()
    broken = [report for report in decoders if report.problem]
    if broken:
        raise UnhealthyError(
            "; ".join(f"{report.name}: {report.problem}" for report in broken),
            "every decoder to read its sample",
            "reinstall vne-reader",
        )
    data = {
        "versions": _versions(),
        "decoders": [{"name": report.name, "ok": True} for report in decoders],
        "display": _display(),
        "models": [],
    }
    return Answer(data, _text(data, decoders))


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
    return table(("what", "found"), [*rows, ("display", display), ("VNE models", "none installed")])
