from pathlib import Path

import pytest

from tests.vne_core.vne.made_arrays import write_arrays


@pytest.fixture(scope="session")
def arrays(tmp_path_factory) -> Path:
    """Training arrays of four patients, twelve slices."""
    return write_arrays(tmp_path_factory.mktemp("made") / "arrays", 4)
