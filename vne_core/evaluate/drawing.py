"""Pages of figures as PNG and PDF, by matplotlib without a display. For jobs only."""

from pathlib import Path
from typing import Any

from vne_core.files import atomic_open

Drawing = Any
"""Figures and axes of matplotlib, whose arguments are typed too loosely to check."""

DPI = 170
INK, QUIET = "#1a1a1a", "#7a7a7a"


def new_page(width_in: float, height_in: float) -> Drawing:
    """Return an empty figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    page = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(page)
    return page


def save_page(page: Drawing, folder: Path, name: str) -> list[str]:
    """Write a page as ``name``.png and .pdf; return the files' names."""
    written: list[str] = []
    for kind in ("png", "pdf"):
        path = folder / f"{name}.{kind}"
        facts = {"Software": None} if kind == "png" else {"CreationDate": None}
        with atomic_open(path) as stream:
            page.savefig(stream, format=kind, dpi=DPI, metadata=facts)
        written.append(path.name)
    return written
