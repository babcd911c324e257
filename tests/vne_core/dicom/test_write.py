import shutil
import subprocess

import numpy as np
import pydicom
import pytest
import SimpleITK

from vne_core.dicom.write import WriteError, derived_uid, write_mr
from vne_core.geometry.plane import SlicePlane

ROW = np.array([0.792071, 0.0, 0.610431]) / np.linalg.norm([0.792071, 0.0, 0.610431])
COL = np.cross(np.cross(ROW, [0.37769, 0.78562, -0.490075]), ROW)
COL = COL / np.linalg.norm(COL)
OBLIQUE = SlicePlane(
    (-176.749, -112.457, -103.546), tuple(ROW), tuple(COL), (1.40625, 1.2), (20, 30), 8.0
)
TAGS = {
    "SOPInstanceUID": derived_uid("image"),
    "StudyInstanceUID": derived_uid("study"),
    "SeriesInstanceUID": derived_uid("series"),
    "FrameOfReferenceUID": derived_uid("frame"),
    "ImageType": ["ORIGINAL", "PRIMARY", "M"],
    "ScanningSequence": "GR",
    "SequenceVariant": "SK",
    "PatientName": "Virtual^Test",
    "PatientID": "V1",
    "BodyPartExamined": "HEART",
}
PIXELS = np.arange(600, dtype=np.uint16).reshape(20, 30)


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "folder" / "image.dcm"
    write_mr(path, PIXELS, OBLIQUE, TAGS, bits_stored=12)
    return path


def test_pixels_and_tags_are_read_back_as_given(written):
    dataset = pydicom.dcmread(written)
    assert np.array_equal(dataset.pixel_array, PIXELS)
    assert dataset.PatientName == "Virtual^Test"
    assert list(dataset.ImageType) == ["ORIGINAL", "PRIMARY", "M"]
    assert (dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation) == (12, 11, 0)


def test_an_independent_reader_finds_every_pixel_at_its_place_in_the_patient(written):
    image = SimpleITK.ReadImage(str(written))
    for x, y in [(0, 0), (29, 0), (0, 19), (17, 6)]:
        theirs = image.TransformIndexToPhysicalPoint((x, y, 0))
        assert np.allclose(theirs, OBLIQUE.pixel_to_patient([[x, y]])[0], atol=1e-4)


def test_signed_values_keep_their_sign(tmp_path):
    signed = (PIXELS.astype(np.int16) - 300).astype(np.int16)
    write_mr(tmp_path / "signed.dcm", signed, OBLIQUE, TAGS)
    assert np.array_equal(pydicom.dcmread(tmp_path / "signed.dcm").pixel_array, signed)


def test_the_standards_own_checker_finds_no_error(written):
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    said = subprocess.run(["dciodvfy", str(written)], capture_output=True, text=True, check=False)
    errors = [line for line in said.stderr.splitlines() if line.startswith("Error")]
    assert errors == []


def test_the_same_values_give_the_same_bytes(written, tmp_path):
    write_mr(tmp_path / "again.dcm", PIXELS, OBLIQUE, TAGS, bits_stored=12)
    assert (tmp_path / "again.dcm").read_bytes() == written.read_bytes()


@pytest.mark.parametrize("keyword", ["SeriesInstanceUID", "ImageType"])
def test_a_missing_attribute_is_named(tmp_path, keyword):
    tags = {name: value for name, value in TAGS.items() if name != keyword}
    with pytest.raises(WriteError, match=keyword):
        write_mr(tmp_path / "x.dcm", PIXELS, OBLIQUE, tags)
    assert not (tmp_path / "x.dcm").exists()


def test_a_keyword_outside_the_dictionary_is_named(tmp_path):
    with pytest.raises(WriteError, match="InversionTimeMs"):
        write_mr(tmp_path / "x.dcm", PIXELS, OBLIQUE, TAGS | {"InversionTimeMs": 100})


@pytest.mark.parametrize(
    "pixels, bits, said",
    [
        (PIXELS[:-1], 16, r"\(19, 30\)"),
        (PIXELS.astype(float), 16, "float64"),
        (PIXELS, 8, "599"),
        (np.full((20, 30), -200, np.int16), 8, "-200"),
    ],
)
def test_pixels_that_the_header_could_not_describe_are_refused(tmp_path, pixels, bits, said):
    with pytest.raises(WriteError, match=said):
        write_mr(tmp_path / "x.dcm", pixels, OBLIQUE, TAGS, bits_stored=bits)


def test_derived_uids_are_legal_stable_and_apart():
    uids = [derived_uid("image", series, image) for series in range(30) for image in range(30)]
    assert len(set(uids)) == len(uids)
    assert uids[:1] == [derived_uid("image", 0, 0)]
    assert all(pydicom.uid.UID(uid).is_valid and uid.startswith("2.25.") for uid in uids)
    assert derived_uid("ab", "c") != derived_uid("a", "bc")
