from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.vne_core.dicom.made_objects import make_classic, make_pixels
from vne_core.dicom.door import digest_pixels, open_header
from vne_core.dicom.duplicates import drop_duplicates
from vne_core.dicom.header import Rejected, SourceFile
from vne_core.dicom.pixels import PixelDecoder
from vne_core.dicom.scan import scan


@pytest.fixture
def header(header_from):
    """Return a header made by a dataset's changes; pixels are told by ``seed``."""
    return lambda seed=1, **changes: header_from(make_classic(make_pixels(seed=seed), **changes))


def codes(rejected):
    return [refusal.code for refusal in rejected]


def test_images_of_their_own_are_all_kept_and_never_hashed(header):
    headers = [header(TriggerTime=str(40 * phase)) for phase in range(5)]

    def refuse(_header):
        raise AssertionError("pixels were read without need")

    kept, rejected = drop_duplicates(headers, refuse)
    assert kept == tuple(headers)
    assert rejected == ()


def test_the_same_uid_and_pixels_are_kept_once(header):
    headers = [header(SOPInstanceUID="1.2.3") for _ in range(3)]
    kept, rejected = drop_duplicates(headers, digest_pixels)
    assert kept == (headers[0],)
    assert codes(rejected) == ["duplicate", "duplicate"]
    assert str(headers[0].source) in rejected[0].reason


def test_the_same_uid_with_different_pixels_rejects_both(header):
    headers = [header(seed=1, SOPInstanceUID="1.2.3"), header(seed=2, SOPInstanceUID="1.2.3")]
    kept, rejected = drop_duplicates(
        [*headers, other := header(seed=3, TriggerTime="0")], digest_pixels
    )
    assert kept == (other,)
    assert codes(rejected) == ["conflict", "conflict"]
    assert str(headers[1].source) in rejected[0].reason
    assert str(headers[0].source) in rejected[1].reason


def test_of_equal_images_of_a_series_the_grey_one_stays(header):
    palette = header(PhotometricInterpretation="PALETTE COLOR", InstanceNumber="1")
    colour = header(ImageComments="ShMOLLI color 1198", InstanceNumber="1")
    grey = header(ImageComments="ShMOLLI T1 Map", InstanceNumber="2")
    kept, rejected = drop_duplicates([palette, colour, grey], digest_pixels)
    assert kept == (grey,)
    assert {refusal.source for refusal in rejected} == {palette.source, colour.source}
    assert codes(rejected) == ["duplicate", "duplicate"]


def test_of_two_grey_images_the_lower_number_stays(header):
    later, first = header(InstanceNumber="2"), header(InstanceNumber="1")
    assert drop_duplicates([later, first], digest_pixels)[0] == (first,)


@pytest.mark.parametrize(
    "change",
    [
        {"SeriesInstanceUID": "1.2.840.1.2"},
        {"ImagePositionPatient": ["-10.5", "20", "40.25"]},
        {"TriggerTime": "82.5"},
        {"InversionTime": "100"},
        {"RescaleSlope": "1"},
    ],
)
def test_equal_pixels_elsewhere_or_at_another_time_are_another_image(header, change):
    headers = [header(), header(**change)]
    assert drop_duplicates(headers, digest_pixels) == (tuple(headers), ())


def test_maps_at_one_place_with_different_pixels_all_stay(header):
    headers = [header(seed=seed, ImageComments=f"map {seed}") for seed in range(7)]
    assert drop_duplicates(headers, digest_pixels) == (tuple(headers), ())


def test_a_candidate_whose_pixels_cannot_be_read_is_rejected_with_that_reason(header):
    headers = [header(SOPInstanceUID="1.2.3"), header(SOPInstanceUID="1.2.3")]
    refusal = Rejected(headers[1].source, "damaged", "its image is damaged")

    def digest(asked):
        return refusal if asked is headers[1] else digest_pixels(asked)

    assert drop_duplicates(headers, digest) == ((headers[0],), (refusal,))


def test_every_object_is_kept_or_rejected_once(header):
    rng = np.random.default_rng(5)
    headers = [
        header(
            seed=int(rng.integers(3)),
            SOPInstanceUID=f"1.2.{rng.integers(1, 15)}",
            TriggerTime=str(rng.integers(3)),
        )
        for _ in range(40)
    ]
    kept, rejected = drop_duplicates(headers, digest_pixels)
    sources = [h.source for h in kept] + [refusal.source for refusal in rejected]
    assert sorted(map(str, sources)) == sorted(str(h.source) for h in headers)


def test_a_copy_of_a_file_in_another_folder_is_a_duplicate(header):
    first = header()
    copy = replace(first, source=SourceFile(Path("elsewhere")))
    kept, rejected = drop_duplicates([first, copy], lambda _: "same")
    assert kept == (first,)
    assert rejected[0].source == copy.source


@pytest.mark.realdata
def test_the_scanners_coloured_t1_map_is_listed_as_a_duplicate(realdata):
    headers = scan([realdata], workers=2).imported
    with PixelDecoder(workers=1) as decoder:
        kept, rejected = drop_duplicates(headers, decoder.digest)
    assert [refusal.source.path.name for refusal in rejected] == ["IM-0003-0001.dcm"]
    maps = [header for header in kept if header.series_description.endswith("T1MAP")]
    assert [header.image_comments for header in maps] == ["ShMOLLI T1 Map"]
    assert len(kept) == 197


@pytest.mark.realdata
def test_the_maps_kept_are_read_as_they_are(realdata):
    path = realdata / "shmolli_phantom" / "ShMOLLI_192i_e11_T1MAP_14" / "IM-0003-0002.dcm"
    assert open_header(SourceFile(path)).header.frames[0].slope == 1
