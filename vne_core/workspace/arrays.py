"""Pixels on disk as memory-mapped arrays: changing slice is a page fault, not a decode.

``put`` names an array by its content; ``put_bundle`` keeps derived arrays under a key of their
inputs. All of it can be made again from the original files, and each file is checked the first
time a program opens it.
"""

import io
import json
import secrets
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.files import atomic_write, sha256_bytes, sha256_file
from vne_core.workspace.failures import in_words

AnyArray = NDArray[Any]
_FACTS = "facts.json"


class ArrayDamagedError(VneError):
    """A stored array is missing or is not what was written."""

    code = "array-damaged"

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"the stored pixels {path.name} {what}",
            "the file as it was written",
            "import the study's folder again: the pixels are made anew",
        )
        self.path = path


class ArrayCache:
    """The ``arrays`` folder of a workspace; usable from any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._checked: set[str] = set()

    def put(self, array: AnyArray) -> str:
        """Store an array, whole or not at all, and return its key (64 hexadecimal digits).

        The same content has the same key and is written once; a damaged file is replaced.
        """
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
        key = sha256_bytes(buffer.getbuffer())
        if not self.holds(key):
            with in_words(self.folder):
                atomic_write(self._path(key), buffer.getvalue())
        return key

    def get(self, key: str) -> AnyArray:
        """Return the array as a read-only memory map; raises ArrayDamagedError by name."""
        path = self._path(key)
        if key not in self._checked:
            if not path.exists():
                raise ArrayDamagedError(path, "are missing")
            if sha256_file(path) != key:
                raise ArrayDamagedError(path, "are damaged")
            self._checked.add(key)
        return _mapped(path)

    def holds(self, key: str) -> bool:
        """Return whether the array is here and whole; reads the file."""
        path = self._path(key)
        return path.exists() and sha256_file(path) == key

    def put_bundle(self, key: str, arrays: Mapping[str, AnyArray], facts: Any) -> None:
        """Store named arrays and JSON facts under the key of what they were made from."""
        home = self._bundle(key)
        with in_words(self.folder):
            making = home.with_name(f".making-{secrets.token_hex(16)}")
            making.mkdir(parents=True)
            try:
                sums = {name: _save(making / f"{name}.npy", a) for name, a in arrays.items()}
                (making / _FACTS).write_text(json.dumps({"crc32": sums, "facts": facts}))
                shutil.rmtree(home, ignore_errors=True)
                making.rename(home)
            finally:
                shutil.rmtree(making, ignore_errors=True)

    def get_bundle(self, key: str) -> tuple[dict[str, AnyArray], Any] | None:
        """Return the memory-mapped arrays and facts of ``put_bundle``, None where absent.

        Raises ArrayDamagedError with the name of the file that is not as written.
        """
        home = self._bundle(key)
        if not home.exists():
            return None
        try:
            stored = json.loads((home / _FACTS).read_bytes())
            sums: dict[str, int] = stored["crc32"]
            facts = stored["facts"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArrayDamagedError(home / _FACTS, "cannot be read") from error
        arrays = {name: _mapped(home / f"{name}.npy") for name in sums}
        if key not in self._checked:
            for name, crc in sums.items():
                if _crc32(arrays[name]) != crc:
                    raise ArrayDamagedError(home / f"{name}.npy", "are damaged")
            self._checked.add(key)
        return arrays, facts

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npy"

    def _bundle(self, key: str) -> Path:
        return self.folder / "derived" / key


def _mapped(path: Path) -> AnyArray:
    """Return a read-only memory map of an .npy file; raises ArrayDamagedError."""
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise ArrayDamagedError(path, "are missing") from error
    except (OSError, ValueError) as error:
        raise ArrayDamagedError(path, "are damaged") from error


def _save(path: Path, array: AnyArray) -> int:
    contiguous = np.ascontiguousarray(array)
    np.save(path, contiguous, allow_pickle=False)
    return _crc32(contiguous)


def _crc32(array: AnyArray) -> int:
    """Return the CRC-32 of an array's bytes: against accidents, not against malice."""
    return zlib.crc32(np.ascontiguousarray(array).data) if array.size else 0
