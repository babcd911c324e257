import pytest

from tests.vne_core.dicom.made_objects import to_bytes
from vne_core.dicom.door import open_header
from vne_core.dicom.header import Imported, SourceFile


@pytest.fixture
def saved(tmp_path):
    """Write a dataset or bytes to a new file and return its source."""
    count = iter(range(1_000_000))

    def save(content, name=None) -> SourceFile:
        path = tmp_path / (name or f"file{next(count)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else to_bytes(content))
        return SourceFile(path)

    return save


@pytest.fixture
def header_from(saved):
    """Return the header of a dataset that must pass the door."""

    def read(content):
        outcome = open_header(saved(content))
        assert isinstance(outcome, Imported), outcome
        return outcome.header

    return read
