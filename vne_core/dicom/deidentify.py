"""Pseudonyms: what a workspace holds in place of patients' and scanners' identifiers.

Keyed (HMAC-SHA256), so that nobody without the key can try identifiers until one fits; the key
stays in the user's private configuration and never in a workspace.
"""

import contextlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vne_core.errors import VneError

KEY_BYTES: Final = 32
KEY_NAME: Final = "pseudonym.key"
UID_DIGITS: Final = 32
"""Hexadecimal digits kept of a UID's hash: 128 bits, no two UIDs will meet."""
PATIENT_LETTERS: Final = 6
"""Letters kept of a patient's hash: 30 bits, to be read aloud; not an identity by itself."""
REMOVED: Final = "[removed]"
"""What stands in free text where a name stood."""
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letters that are taken for digits."""


class KeyFileError(VneError):
    """The key of the pseudonyms is there but cannot be used."""

    code = "bad-key"


class Pseudonymiser:
    """Turns identifiers into pseudonyms, always the same for the same key.

    Parameters
    ----------
    key
        The secret, at least 16 bytes; ``load_key`` gives the user's own.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES // 2:
            raise KeyFileError(f"a key of {len(key)} bytes", f"at least {KEY_BYTES // 2}")
        self._key = key

    def uid(self, uid: str) -> str:
        """Return the pseudonym of a DICOM UID: 32 hexadecimal digits."""
        return self._hash("uid", uid).hex()[:UID_DIGITS]

    def patient(self, patient_id: str) -> str:
        """Return the pseudonym of a patient ID: P- and six letters or digits."""
        bits = int.from_bytes(self._hash("patient", patient_id)[:8], "big")
        letters = [_ALPHABET[(bits >> (5 * place)) % 32] for place in range(PATIENT_LETTERS)]
        return "P-" + "".join(letters)

    def _hash(self, purpose: str, text: str) -> bytes:
        """Return the keyed hash; the purpose keeps equal texts of two sorts apart.

        A file name whose bytes are no UTF-8 reaches here with surrogates in their place.
        """
        encoded = f"{purpose}\0{text.strip()}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, encoded, "sha256")


def without_identity(text: str, identity_words: Iterable[str]) -> str:
    """Return free text (a series description) with the patient's name and numbers taken out."""
    words = "|".join(re.escape(word) for word in identity_words)
    if not words:
        return text
    return re.sub(rf"(?<![^\W_])(?:{words})(?![^\W_])", REMOVED, text, flags=re.IGNORECASE)


def load_key(config_folder: Path) -> bytes:
    """Return the key of a user's private configuration, made on first use, for that user alone.

    Raises KeyFileError for a key file that is damaged: a new key would make every known study a
    stranger. So it does for one that can be neither read nor made.
    """
    path = config_folder / KEY_NAME
    try:
        if not path.exists():
            config_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _create(path)
        key = path.read_bytes()
    except OSError as error:
        raise KeyFileError(
            f"the key file {path} cannot be used ({error.strerror or error})",
            "a private folder that can be written",
            "free some space there or change its permissions",
        ) from error
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"the key file {path} holds {len(key)} bytes",
            f"the {KEY_BYTES} bytes of a key",
            "restore it from a backup, or delete it to start anew with new pseudonyms",
        )
    return key


def _create(path: Path) -> None:
    """Write a new key so that of two programs starting at once both use the first one's."""
    handle, name = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink(missing_ok=True)
