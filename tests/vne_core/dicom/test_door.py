import os
import socket
import struct
import zlib

import numpy as np
import pytest
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from tests.vne_core.dicom.made_objects import make_classic, make_enhanced, make_pixels, to_bytes
from vne_core.dicom.door import open_header, open_pixels
from vne_core.dicom.header import Imported, Rejected, SourceFile
from vne_core.dicom.limits import MAX_FILE_BYTES, MAX_INFLATED_BYTES, MAX_SEQUENCE_DEPTH


def rejection(source) -> Rejected:
    outcome = open_header(source)
    assert isinstance(outcome, Rejected), "the file was imported"
    return outcome


def write_big_endian(dataset, path):
    dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.save_as(path, enforce_file_format=True, little_endian=False, implicit_vr=False)


def test_a_classic_header_is_read_with_units_and_types(header_from):
    header = header_from(make_classic())
    assert header.study_uid == "1.2.840.1"
    assert header.series_uid == "1.2.840.1.1"
    assert header.patient_id == "patient-7"
    assert header.series_number == 4
    assert header.instance_number == 3
    assert header.acquisition_number == 2
    assert header.scanning_sequence == ("GR", "IR")
    assert header.field_strength_t == 1.5
    assert header.nominal_interval_ms == 900
    assert header.cardiac_images == 25
    (frame,) = header.frames
    assert frame.image_type == ("ORIGINAL", "PRIMARY", "M", "ND")
    assert frame.trigger_time_ms == 42.5
    assert frame.inversion_time_ms == 260
    assert frame.echo_time_ms == 1.5
    assert frame.acquisition_time_s == 10 * 3600 + 15 * 60 + 30.25
    assert (frame.slope, frame.intercept) == (2, -4096)
    assert frame.comments == "comment"


def test_the_plane_is_that_of_the_header(header_from):
    plane = header_from(make_classic()).frames[0].plane
    assert plane.origin_mm == (-10.5, 20, 30.25)
    assert plane.row_dir == (1, 0, 0)
    assert plane.col_dir == (0, 0.6, 0.8)
    assert plane.spacing_mm == (1.25, 1.5)
    assert plane.shape_px == (24, 32)
    assert plane.thickness_mm == 8


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_other_little_endian_syntaxes_give_the_same_header(header_from, syntax):
    dataset = make_classic()
    plain = header_from(dataset)
    dataset.file_meta.TransferSyntaxUID = syntax
    other = header_from(dataset)
    assert other.frames == plain.frames
    assert other.transfer_syntax_uid == str(syntax)


def test_big_endian_gives_the_same_header_and_values(header_from, tmp_path):
    dataset = make_classic()
    plain = header_from(dataset)
    write_big_endian(dataset, tmp_path / "big")
    other = open_header(SourceFile(tmp_path / "big"))
    assert isinstance(other, Imported)
    assert other.header.frames == plain.frames
    assert np.array_equal(open_pixels(other.header), open_pixels(plain))


def test_an_enhanced_object_gives_each_frame_its_own_facts(header_from):
    header = header_from(make_enhanced(frames=3))
    assert [frame.number for frame in header.frames] == [1, 2, 3]
    assert [frame.plane.origin_mm[2] for frame in header.frames] == [0, 10, 20]
    assert [frame.trigger_time_ms for frame in header.frames] == [0, 33, 66]
    assert [(f.slope, f.intercept) for f in header.frames] == [(1, 0), (2, -1), (3, -2)]
    assert [frame.image_type[3] for frame in header.frames] == ["0", "1", "2"]
    assert {frame.inversion_time_ms for frame in header.frames} == {300}
    assert {frame.echo_time_ms for frame in header.frames} == {1.25}
    assert {frame.acquisition_time_s for frame in header.frames} == {10.5}
    assert header.frames[1].comments == "frame 1"
    assert header.nominal_interval_ms == 850
    assert header.sequence_name == "bTFE"


def test_an_enhanced_object_of_one_frame_is_imported(header_from):
    assert len(header_from(make_enhanced(frames=1)).frames) == 1


def test_a_legacy_converted_object_keeps_its_trigger_and_inversion_times(header_from):
    dataset = make_enhanced(frames=2)
    for number, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        del groups.CardiacSynchronizationSequence
        converted = Dataset()
        converted.TriggerTime = 40.0 * number
        converted.InversionTime = 100.0 + number
        groups.UnassignedPerFrameConvertedAttributesSequence = [converted]
    del dataset.SharedFunctionalGroupsSequence[0].MRModifierSequence
    frames = header_from(dataset).frames
    assert [frame.trigger_time_ms for frame in frames] == [0, 40]
    assert [frame.inversion_time_ms for frame in frames] == [100, 101]


def test_a_real_world_value_mapping_scales_where_no_rescale_does(header_from):
    mapping = Dataset()
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = 0.5, 10.0
    dataset = make_classic(RescaleSlope=None, RescaleIntercept=None)
    dataset.RealWorldValueMappingSequence = [mapping]
    frame = header_from(dataset).frames[0]
    assert (frame.slope, frame.intercept) == (0.5, 10)


def test_an_enhanced_object_with_fewer_descriptions_than_frames_is_refused(saved):
    dataset = make_enhanced(frames=3)
    del dataset.PerFrameFunctionalGroupsSequence[2]
    assert "2 frames" in rejection(saved(dataset)).reason


def test_a_classic_object_of_several_frames_has_no_position_for_them(saved):
    outcome = rejection(saved(make_classic(make_pixels(frames=2))))
    assert outcome.code == "no-geometry"
    assert "2 frames" in outcome.reason


@pytest.mark.parametrize(
    "keyword", ["PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient"]
)
def test_absent_geometry_is_refused_and_never_assumed(saved, keyword):
    outcome = rejection(saved(make_classic(**{keyword: None})))
    assert outcome.code == "no-geometry"


def test_a_skewed_orientation_is_refused(saved):
    dataset = make_classic(ImageOrientationPatient=["1", "0", "0", "0.5", "0.6", "0.8"])
    assert rejection(saved(dataset)).code == "bad-geometry"


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_uids_with_leading_zeros_and_a_date_that_is_none_are_kept(header_from):
    dataset = make_classic(StudyDate="20120000", AcquisitionDate="20120000", InstanceNumber=None)
    dataset.SeriesInstanceUID = UID("1.02.003.4", validation_mode=0)
    header = header_from(dataset)
    assert header.series_uid == "1.02.003.4"
    assert header.study_date == "20120000"
    assert header.instance_number is None
    assert header.frames[0].acquisition_time_s == 10 * 3600 + 15 * 60 + 30.25


def test_a_scan_past_midnight_counts_on_from_the_first_day(header_from):
    dataset = make_classic(AcquisitionDate="20240301", AcquisitionTime="000100")
    assert header_from(dataset).frames[0].acquisition_time_s == 86_460


def test_text_in_the_files_own_character_set_is_read(header_from):
    dataset = make_classic(SpecificCharacterSet="ISO_IR 100", SeriesDescription="Kurzachse Größe")
    assert header_from(dataset).series_description == "Kurzachse Größe"


def test_a_field_strength_in_gauss_is_given_in_tesla(header_from):
    assert header_from(make_classic(MagneticFieldStrength="15000")).field_strength_t == 1.5


def test_an_inversion_time_of_zero_without_inversion_is_none(header_from):
    ge = make_classic(InversionTime="0", ScanningSequence="GR")
    assert header_from(ge).frames[0].inversion_time_ms is None


def test_an_inversion_time_of_zero_with_inversion_stays(header_from):
    assert header_from(make_classic(InversionTime="0")).frames[0].inversion_time_ms == 0


def test_a_trigger_time_of_zero_is_a_time(header_from):
    assert header_from(make_classic(TriggerTime="0")).frames[0].trigger_time_ms == 0


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
def test_ges_image_kind_is_read_from_its_private_block(header_from, kind):
    dataset = make_classic()
    dataset.private_block(0x43, "GEMS_PARM_01", create=True).add_new(0x2F, "SS", kind)
    assert header_from(dataset).ge_image_kind == kind


def test_another_makers_element_in_ges_place_means_nothing(header_from):
    dataset = make_classic()
    dataset.private_block(0x43, "SOMEONE ELSE", create=True).add_new(0x2F, "SS", 1)
    assert header_from(dataset).ge_image_kind is None


@pytest.mark.parametrize(
    "modality, words", [("CT", "a CT image"), ("SR", "a structured report"), ("XX", "XX")]
)
def test_another_modality_is_named_in_its_refusal(saved, modality, words):
    outcome = rejection(saved(make_classic(Modality=modality)))
    assert outcome.code == "not-mr"
    assert words in outcome.reason


def test_a_colour_picture_is_refused(saved):
    dataset = make_classic(PhotometricInterpretation="RGB", SamplesPerPixel=3)
    assert rejection(saved(dataset)).code == "colour"


def test_an_eight_bit_palette_picture_is_refused(saved):
    dataset = make_classic(
        PhotometricInterpretation="PALETTE COLOR", BitsAllocated=8, BitsStored=8, HighBit=7
    )
    assert rejection(saved(dataset)).code == "colour"


def test_a_sixteen_bit_palette_index_is_the_measured_value(header_from):
    header = header_from(make_classic(PhotometricInterpretation="PALETTE COLOR"))
    assert header.photometric == "PALETTE COLOR"


def test_an_unknown_transfer_syntax_is_named(saved):
    dataset = make_classic()
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.100")
    dataset.PixelData = encapsulate([b"film"])
    outcome = rejection(saved(dataset))
    assert outcome.code == "unsupported"
    assert "MPEG2" in outcome.reason


def test_an_object_without_a_uid_is_refused(saved):
    assert rejection(saved(make_classic(SeriesInstanceUID=""))).code == "no-identity"


def test_a_dicomdir_is_told_from_an_image_by_what_it_is(saved):
    dataset = make_classic()
    dataset.SOPClassUID = MediaStorageDirectoryStorage
    dataset.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    assert rejection(saved(dataset, "anything")).code == "dicomdir"


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "empty"),
        (b"hello", "not-dicom"),
        (b"\0" * 1000, "not-dicom"),
        (b"\0" * 128 + b"DICM", "damaged"),
        (b"PK\x03\x04" + b"\0" * 200, "archive"),
    ],
)
def test_what_is_no_dicom_file_costs_one_rejection(saved, content, code):
    outcome = rejection(saved(content))
    assert outcome.code == code
    assert outcome.reason


def test_every_truncation_of_a_file_is_a_rejection(saved):
    whole = to_bytes(make_classic())
    outcomes = {open_header(saved(whole[:end], "cut")) for end in range(0, len(whole), 7)}
    assert all(isinstance(outcome, Rejected) for outcome in outcomes)


def test_a_cut_image_is_refused_with_both_sizes(saved):
    outcome = rejection(saved(to_bytes(make_classic())[:-100]))
    assert outcome.code == "truncated"
    assert "1536" in outcome.reason
    assert "1436" in outcome.reason


def test_an_image_larger_than_its_file_is_refused(saved):
    outcome = rejection(saved(make_classic(Rows=60000, Columns=60000)))
    assert outcome.code == "too-large"


def test_rows_that_do_not_fit_the_bytes_are_refused(saved):
    assert rejection(saved(make_classic(Rows=23))).code == "damaged"


def test_a_compressed_image_that_would_inflate_beyond_reason_is_refused(saved):
    dataset = make_classic(Rows=16000, Columns=16000)
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.90")
    dataset.PixelData = encapsulate([b"abcd"])
    assert rejection(saved(dataset)).code == "inflating"


def test_a_folder_named_like_a_file_is_no_file(tmp_path):
    (tmp_path / "image.dcm").mkdir()
    assert rejection(SourceFile(tmp_path / "image.dcm")).code == "not-a-file"


def test_a_link_to_nothing_is_unreadable(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    outcome = rejection(SourceFile(tmp_path / "link"))
    assert outcome.code == "unreadable"
    assert "link" in outcome.reason


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert rejection(SourceFile(tmp_path / "pipe")).code == "not-a-file"


def test_a_socket_is_refused(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        assert rejection(SourceFile(tmp_path / "socket")).code == "not-a-file"


def test_a_file_beyond_the_size_cap_is_not_opened(tmp_path):
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    assert rejection(SourceFile(tmp_path / "huge")).code == "too-large"


def test_a_name_with_a_null_is_unreadable(tmp_path):
    assert rejection(SourceFile(tmp_path / "a\0b")).code == "unreadable"


def test_a_deflated_file_that_inflates_beyond_the_cap_is_refused(saved):
    dataset = make_classic()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    whole = to_bytes(dataset)
    start = whole.index(b"DICM") + 4
    group_length = struct.unpack_from("<L", whole, start + 8)[0]
    meta = whole[: start + 12 + group_length]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    chunk = bytes(1 << 24)
    packed = b"".join(packer.compress(chunk) for _ in range(MAX_INFLATED_BYTES // len(chunk) + 1))
    outcome = rejection(saved(meta + packed + packer.flush()))
    assert outcome.code == "inflating"


def test_a_deflated_file_cut_short_is_refused(saved):
    dataset = make_classic()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    assert rejection(saved(to_bytes(dataset)[:-50])).code == "truncated"


def nested(depth, *, open_ended) -> Sequence:
    """A sequence of that many items within one another, built from the inside."""
    inner = Dataset()
    inner.CodeMeaning = "bottom"
    for _ in range(depth - 1):
        outer = Dataset()
        outer.ContentSequence = [inner]
        outer["ContentSequence"].is_undefined_length = open_ended
        inner.is_undefined_length_sequence_item = open_ended
        inner = outer
    return Sequence([inner])


@pytest.mark.parametrize("open_ended", [False, True])
def test_sequences_nest_to_the_cap_and_no_further(saved, open_ended):
    outcomes = []
    for depth in (MAX_SEQUENCE_DEPTH, MAX_SEQUENCE_DEPTH + 1):
        dataset = make_classic()
        dataset.ContentSequence = nested(depth, open_ended=open_ended)
        dataset["ContentSequence"].is_undefined_length = open_ended
        outcomes.append(open_header(saved(dataset)))
    assert isinstance(outcomes[0], Imported), outcomes[0]
    assert outcomes[1].code == "too-deep"


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_a_file_of_endless_nesting_is_refused(saved, depth):
    whole = to_bytes(make_classic())
    at = whole.index(struct.pack("<HH2s", 0x0020, 0x000D, b"UI"))
    opening = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    deep = whole[:at] + (opening + item) * depth + whole[at:]
    assert rejection(saved(deep)).code == "too-deep"


def test_a_header_of_a_million_crumbs_is_refused(saved):
    whole = to_bytes(make_classic())
    at = whole.index(struct.pack("<HH2s", 0x7FE0, 0x0010, b"OW"))
    crumb = struct.pack("<HH2sH", 0x0029, 0x1001, b"LO", 0)
    outcome = rejection(saved(whole[:at] + crumb * 1_000_000 + whole[at:]))
    assert outcome.code == "too-many"


def test_an_element_longer_than_the_file_is_refused(saved):
    whole = to_bytes(make_classic())
    at = whole.index(struct.pack("<HH2s", 0x0020, 0x000D, b"UI"))
    liar = struct.pack("<HH2sHL", 0x0019, 0x1001, b"OB", 0, 0x7FFFFFFF)
    outcome = rejection(saved(whole[:at] + liar + whole[at:]))
    assert outcome.code == "truncated"
    assert str(0x7FFFFFFF) in outcome.reason


def test_a_header_longer_than_what_is_read_first_is_read_whole(header_from):
    dataset = make_classic()
    block = dataset.private_block(0x29, "LONG", create=True)
    for element in range(4):
        block.add_new(element, "OB", bytes(100_000))
    header = header_from(dataset)
    assert header.frames[0].slope == 2
    assert open_pixels(header).shape == (1, 24, 32)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"PixelSpacing": ["1e30", "1e30"]}, "1e+30"),
        ({"PixelSpacing": ["1e-9", "1e-9"]}, "1e-09"),
        ({"ImagePositionPatient": ["1e30", "0", "0"]}, "1e+30"),
        ({"RescaleSlope": "1e308"}, "1e+308"),
        ({"RescaleIntercept": "1e35"}, "1e+35"),
        ({"RescaleSlope": "nan"}, "not a number"),
        ({"RescaleIntercept": "inf"}, "not a number"),
    ],
)
def test_a_number_that_no_scanner_writes_is_refused_rather_than_believed(saved, change, said):
    with disable_value_validation():
        source = saved(make_classic(**change))
    assert said in rejection(source).reason


@pytest.mark.parametrize("keyword", ["SeriesNumber", "InstanceNumber", "AcquisitionNumber"])
def test_a_number_beyond_32_bits_is_read_as_absent(header_from, keyword):
    with disable_value_validation():
        header = header_from(make_classic(**{keyword: "99999999999999999999"}))
    assert None in (header.series_number, header.instance_number, header.acquisition_number)


def test_japanese_text_of_escape_sequences_is_decoded(header_from):
    changes = {"SpecificCharacterSet": ["", "ISO 2022 IR 87"], "SeriesDescription": "心臓 cine"}
    header = header_from(make_classic(**changes, PatientName="Yamada^Tarou=山田^太郎"))
    assert header.series_description == "心臓 cine"


def test_a_data_set_without_its_file_header_is_refused_as_what_it_is(saved):
    whole = to_bytes(make_classic())
    for start in (132, whole.index(b"\x08\x00\x08\x00")):
        refusal = rejection(saved(whole[start:]))
        assert (refusal.code, "without the file header" in refusal.reason) == ("no-preamble", True)


def test_a_slope_of_zero_is_refused(saved):
    assert "slope" in rejection(saved(make_classic(RescaleSlope="0"))).reason


def test_a_file_that_changed_since_its_scan_is_refused(saved, header_from):
    header = header_from(make_classic())
    header.source.path.write_bytes(
        saved(make_classic(make_pixels(shape=(10, 12)))).path.read_bytes()
    )
    assert open_pixels(header).code == "changed"


def test_the_words_that_name_the_patient_are_known_so_that_free_text_can_be_cleared(header_from):
    named = make_classic(PatientName="Okonkwo^Ada J", AccessionNumber="A-99812", PatientID="4711")
    words = header_from(named).identity_words
    assert set(words) == {"Okonkwo", "Ada", "4711", "A-99812"}
