"""Files that come with the program: rules, icons, help. Loads nothing, so the window starts with it."""

from importlib import resources
from pathlib import Path


def resource(name: str) -> Path:
    """Return the path of a file under ``resources/``, as installed or as checked out.

    Raises FileNotFoundError with the name when the installation lacks it.
    """
    path = Path(str(resources.files("resources").joinpath(name)))
    if not path.exists():
        raise FileNotFoundError(f"the installation lacks resources/{name}: reinstall vne-reader")
    return path
