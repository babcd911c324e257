from pathlib import Path

import pytest

from vne_core.dicom.deidentify import Pseudonymiser
from vne_core.dicom.header import SourceFile
from vne_core.jobs.intake import make_scrubber

PSEUDONYMS = Pseudonymiser(b"0123456789abcdef")
ANNA = SourceFile(Path("/data/Anna Smith/IM 1"))
ANNA_10 = SourceFile(Path("/data/Anna Smith/IM 10"))
ZIPPED = SourceFile(Path("/data/all.zip"), "Anna/IM1")


def stand_in(source: SourceFile) -> str:
    return f"file {PSEUDONYMS.uid(str(source))[:8]}"


@pytest.fixture
def scrub():
    return make_scrubber([ANNA, ANNA_10, ZIPPED], PSEUDONYMS)


@pytest.mark.parametrize("source", [ANNA, ANNA_10, ZIPPED])
def test_a_files_name_becomes_its_stand_in(scrub, source):
    reason = f"the same object as {source}, which is kept"
    assert scrub(reason) == f"the same object as {stand_in(source)}, which is kept"


def test_several_names_in_one_reason_are_all_replaced(scrub):
    reason = f"{ANNA_10} and {ANNA} and again {ANNA_10}"
    expected = f"{stand_in(ANNA_10)} and {stand_in(ANNA)} and again {stand_in(ANNA_10)}"
    assert scrub(reason) == expected


def test_a_uid_becomes_a_keyed_hash_and_a_number_stays(scrub):
    said = scrub("has the UID 1.2.840.113619.2.5 and 11.25 mm, version 1.2.3")
    assert "113619" not in said
    assert said.startswith("has the UID uid ")
    assert said.endswith("and 11.25 mm, version 1.2.3")


def test_a_reason_without_names_stays_as_it_is(scrub):
    assert scrub("ends after 12 of 90 bytes") == "ends after 12 of 90 bytes"
