import hashlib
import hmac
import re
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from vne_core.dicom.deidentify import (
    KEY_BYTES,
    KEY_NAME,
    KeyFileError,
    Pseudonymiser,
    load_key,
    without_identity,
)

KEY = bytes(range(32))


def test_a_uid_becomes_thirty_two_digits_of_its_keyed_hash():
    expected = hmac.new(KEY, b"uid\x001.2.840.1", hashlib.sha256).hexdigest()[:32]
    assert Pseudonymiser(KEY).uid("1.2.840.1") == expected


def test_a_patient_becomes_a_short_name_without_letters_taken_for_digits():
    names = {Pseudonymiser(KEY).patient(f"patient {n}") for n in range(2_000)}
    assert len(names) == 2_000
    assert all(re.fullmatch("P-[0-9A-HJKMNP-TV-Z]{6}", name) for name in names)


def test_padding_makes_no_other_person():
    pseudonyms = Pseudonymiser(KEY)
    assert pseudonyms.patient("ID7 ") == pseudonyms.patient("ID7")


def test_another_key_gives_other_pseudonyms():
    ours, theirs = Pseudonymiser(KEY), Pseudonymiser(KEY[::-1])
    assert ours.uid("1.2.3") != theirs.uid("1.2.3")
    assert ours.patient("x") != theirs.patient("x")


def test_a_key_too_short_is_refused():
    with pytest.raises(KeyFileError, match="3 bytes"):
        Pseudonymiser(b"abc")


def test_the_key_is_made_once_and_readable_by_its_user_alone(tmp_path):
    folder = tmp_path / "config"
    key = load_key(folder)
    assert len(key) == KEY_BYTES
    assert load_key(folder) == key
    assert stat.S_IMODE((folder / KEY_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [KEY_NAME]


def test_two_users_get_two_keys(tmp_path):
    assert load_key(tmp_path / "a") != load_key(tmp_path / "b")


def test_programs_that_start_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(load_key, [tmp_path] * 32))
    assert len(keys) == 1


def test_a_damaged_key_is_not_replaced_in_silence(tmp_path):
    (tmp_path / KEY_NAME).write_bytes(b"half")
    with pytest.raises(KeyFileError, match="holds 4 bytes"):
        load_key(tmp_path)
    assert (tmp_path / KEY_NAME).read_bytes() == b"half"


def test_a_private_folder_that_cannot_be_made_is_a_refusal_with_its_path(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KeyFileError, match=r"file.*can be written"):
        load_key(tmp_path / "file" / "config")


@pytest.mark.parametrize("name", ["/data/IM\udcff1", "ascii"])
def test_a_file_name_that_is_no_text_has_a_pseudonym_too(name):
    assert len(Pseudonymiser(KEY).uid(name)) == 32


def test_a_name_typed_into_a_series_description_is_taken_out():
    words = ("Okonkwo", "Ada", "4711-B")
    assert without_identity("PSIR ada_okonkwo sax", words) == "PSIR [removed]_[removed] sax"
    assert without_identity("repeat for 4711-b", words) == "repeat for [removed]"


def test_words_that_only_contain_a_name_stay():
    assert without_identity("adapted trigger, Canada", ("Ada",)) == "adapted trigger, Canada"
    assert without_identity("cine_trufi_retro", ()) == "cine_trufi_retro"
