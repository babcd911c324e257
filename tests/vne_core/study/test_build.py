import random
from dataclasses import replace
from pathlib import Path

import pytest

from vne_core.dicom.door import open_header
from vne_core.dicom.header import Imported, SourceFile
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules
from vne_core.study.build import build_studies

CYCLE = tuple(40.0 * i for i in range(20))
T1_MAP = {"image_type": ("DERIVED", "PRIMARY", "T1_MAP")}
SHMOLLI_TI = (100, 1100, 2100, 3100, 4100, 180, 260)


@pytest.fixture(scope="module")
def rules():
    return load_rules()


@pytest.fixture
def build(rules, pseudonyms):
    def build_all(headers, **options):
        return build_studies(headers, rules, pseudonyms, **options)

    return build_all


def files_in(built) -> set:
    return {h.source for rows in built.sources.values() for h, _ in rows}


def test_two_patients_under_one_study_uid_are_two_studies(new_scanner, build):
    one = new_scanner(patient_id="A", study_uid="1.9").series("T1", **T1_MAP)
    two = new_scanner(patient_id="B", study_uid="1.9").series("T1", **T1_MAP)
    first, second = build([*one, *two])
    assert first.study.study_id != second.study.study_id
    assert first.study.pseudonym != second.study.pseudonym
    assert [h.patient_id for h, _ in next(iter(second.sources.values()))] == ["B"]


def test_two_examinations_of_one_patient_share_the_pseudonym(new_scanner, build):
    one = new_scanner(study_uid="1.8").series("T1", **T1_MAP)
    two = new_scanner(study_uid="1.9").series("T1", **T1_MAP)
    first, second = build([*one, *two])
    assert first.study.pseudonym == second.study.pseudonym
    assert first.study.study_id != second.study.study_id


def test_studies_without_patient_id_are_not_one_patient(new_scanner, build):
    one = new_scanner(patient_id="", study_uid="1.8").series("T1", **T1_MAP)
    two = new_scanner(patient_id=" ", study_uid="1.9").series("T1", **T1_MAP)
    first, second = build([*one, *two])
    assert first.study.pseudonym != second.study.pseudonym


def test_no_identity_is_left_in_a_study(new_scanner, build):
    scanner = new_scanner(patient_id="MUSTERMANN", study_uid="1.22.333.4444")
    (built,) = build(scanner.series("T1", **T1_MAP))
    text = repr(built.study)
    assert "MUSTERMANN" not in text
    assert "1.22.333" not in text
    assert "1.2.3" not in text


def test_slices_of_one_series_are_told_apart_by_position_and_ordered_base_to_apex(
    scanner, build, plane
):
    heights = [30, 0, 20, 10]
    headers = scanner.series("cine", planes=[plane(h) for h in heights], trigger_times=CYCLE)
    random.Random(3).shuffle(headers)
    (built,) = build(headers)
    (series,) = built.study.series
    assert [s.plane for s in series.slices] == [plane(h) for h in (0, 10, 20, 30)]
    assert [len(s.frames) for s in series.slices] == [20] * 4


def test_cine_frames_are_sorted_by_trigger_time_and_the_sources_follow(scanner, build):
    headers = scanner.series("cine", trigger_times=tuple(reversed(CYCLE)))
    (built,) = build(headers)
    (one,) = built.study.slices_of(Kind.CINE_SAX)
    assert [f.trigger_time_ms for f in one.frames] == list(CYCLE)
    rows = built.sources[one.slice_id]
    assert [h.frames[n - 1].trigger_time_ms for h, n in rows] == list(CYCLE)
    assert [f.index for f in one.frames] == list(range(20))


def test_inversion_recovery_frames_stay_in_the_order_of_acquisition(scanner, build):
    headers = scanner.series("ShMOLLI", inversion_times=SHMOLLI_TI, at_s=50.0, every_s=1.0)
    by_time = sorted(headers, key=lambda h: h.frames[0].inversion_time_ms)
    renumbered = [replace(h, instance_number=i) for i, h in enumerate(by_time, start=1)]
    (built,) = build(renumbered)
    (one,) = built.study.slices_of(Kind.IR_MAGNITUDE)
    assert tuple(f.inversion_time_ms for f in one.frames) == SHMOLLI_TI


def test_without_times_inversion_recovery_is_ordered_by_instance_number(scanner, build):
    headers = scanner.series("ShMOLLI", inversion_times=SHMOLLI_TI)
    (built,) = build(list(reversed(headers)))
    (one,) = built.study.slices_of(Kind.IR_MAGNITUDE)
    assert tuple(f.inversion_time_ms for f in one.frames) == SHMOLLI_TI


def test_frames_of_an_enhanced_object_keep_their_numbers(scanner, build, plane):
    times = (80.0, 0.0, 40.0, 120.0, 160.0, 200.0, 240.0, 280.0)
    frames = [
        {"plane": plane(h), "trigger_time_ms": t, "slope": 2.0} for h in (0, 10) for t in times
    ]
    header = scanner.enhanced("cine sax", frames)
    (built,) = build([header])
    base, apex = built.study.slices_of(Kind.CINE_SAX)
    assert [n for _, n in built.sources[base.slice_id]] == [2, 3, 1, 4, 5, 6, 7, 8]
    assert [n for _, n in built.sources[apex.slice_id]] == [10, 11, 9, 12, 13, 14, 15, 16]
    assert {f.slope for f in base.frames} == {2.0}


def test_images_of_two_sizes_at_one_position_are_two_slices(scanner, build, plane):
    planes = [plane(0), plane(0, shape_px=(256, 256))]
    (built,) = build(scanner.series("cine", planes=planes, trigger_times=CYCLE))
    assert [len(s.frames) for s in built.study.slices_of(Kind.CINE_SAX)] == [20, 20]
    assert {s.plane.shape_px for s in built.study.slices_of(Kind.CINE_SAX)} == {
        (192, 192),
        (256, 256),
    }


def test_header_rounding_does_not_split_a_slice(scanner, build, plane):
    jitter = [(0.0, 0.0, 0.0), (0.02, -0.03, 0.01)]
    headers = [
        replace(h, frames=(replace(h.frames[0], plane=plane(0, shift_mm=jitter[i % 2])),))
        for i, h in enumerate(scanner.series("cine", trigger_times=CYCLE))
    ]
    (built,) = build(headers)
    assert [len(s.frames) for s in built.study.slices_of(Kind.CINE_SAX)] == [20]


def test_a_missing_phase_is_noted_with_both_times(scanner, build):
    headers = scanner.series("cine", trigger_times=CYCLE, cardiac_images=20)
    (built,) = build([h for h in headers if h.frames[0].trigger_time_ms != 120.0])
    assert [text for texts in built.notes.values() for text in texts] == [
        "a phase is missing between 80.0 and 160.0 ms",
        "19 phases, the header says 20",
    ]


def test_a_phase_that_is_there_twice_is_listed_and_the_first_is_used(scanner, build):
    headers = scanner.series("cine", trigger_times=(*CYCLE, 80.0))
    (built,) = build(headers)
    (one,) = built.study.slices_of(Kind.CINE_SAX)
    assert len(one.frames) == 20
    assert [(r.source, r.code, r.reason) for r in built.rejected] == [
        (headers[-1].source, "duplicate-phase", "the phase at 80.0 ms is there twice")
    ]
    assert "the first of each is used" in built.notes[one.slice_id][0]


def test_a_cine_scanned_twice_in_one_series_is_two_slices(scanner, build):
    (built,) = build(scanner.series("cine", trigger_times=(*CYCLE, *CYCLE)))
    assert [len(s.frames) for s in built.study.slices_of(Kind.CINE_SAX)] == [20, 20]
    assert len({s.slice_id for s in built.study.slices_of(Kind.CINE_SAX)}) == 2
    assert built.rejected == ()


def test_images_without_trigger_time_are_kept_and_noted(scanner, build):
    (built,) = build(scanner.series("cine", trigger_times=(*CYCLE, None)))
    (one,) = built.study.slices_of(Kind.CINE_SAX)
    assert [f.trigger_time_ms for f in one.frames] == [*CYCLE, None]
    assert built.notes[one.slice_id][0].startswith("1 of 21 images have no trigger time")


def test_a_cine_that_lacks_some_trigger_times_keeps_the_order_of_its_numbers(scanner, build):
    times = tuple(None if i % 2 else time for i, time in enumerate(CYCLE))
    (built,) = build(scanner.series("cine", trigger_times=times))
    (one,) = built.study.slices_of(Kind.CINE_SAX)
    assert [f.trigger_time_ms for f in one.frames] == list(times)


def test_a_cine_whose_phases_all_have_one_trigger_time_is_one_slice(scanner, build):
    (built,) = build(scanner.series("cine", trigger_times=(10.0,) * len(CYCLE)))
    (one,) = built.study.slices_of(Kind.CINE_SAX)
    assert len(one.frames) == len(CYCLE)
    assert "have the trigger time 10.0 ms" in built.notes[one.slice_id][0]


def test_every_image_of_a_lge_series_is_a_slice_of_its_own(scanner, build):
    headers = scanner.series("lge", inversion_times=(300, 320))
    (built,) = build(headers)
    assert [len(s.frames) for s in built.study.slices_of(Kind.LGE_MAGNITUDE)] == [1, 1]


def test_the_palette_copy_of_a_map_is_listed_and_the_grey_one_used(scanner, build):
    grey = scanner.series("T1", number=4, **T1_MAP)
    colour = scanner.series("T1", number=4, photometric="PALETTE COLOR", **T1_MAP)
    (built,) = build([*colour, *grey])
    assert files_in(built) == {grey[0].source}
    assert [(r.source, r.code) for r in built.rejected] == [(colour[0].source, "colour-copy")]


def test_a_palette_map_without_a_grey_one_is_used(scanner, build):
    (built,) = build(scanner.series("T1", photometric="PALETTE COLOR", **T1_MAP))
    assert len(built.study.slices_of(Kind.T1_MAP)) == 1


def test_a_second_file_with_the_same_uid_is_rejected_by_the_name_of_the_first(scanner, build):
    (header,) = scanner.series("T1", **T1_MAP)
    twin = replace(header, source=SourceFile(Path("/scans/twin.dcm")))
    (built,) = build([header, twin])
    assert [r.code for r in built.rejected] == ["duplicate-uid"]
    assert str(header.source) in built.rejected[0].reason


def test_every_file_is_in_a_slice_or_rejected(scanner, build, plane, four_chamber):
    headers = [
        *scanner.series("T1", planes=[plane(0), plane(10)], **T1_MAP),
        *scanner.series("cine", planes=[plane(0), plane(9)], trigger_times=(*CYCLE, 0.0)),
        *scanner.series("what", planes=[plane(3), plane(3, four_chamber)]),
        *scanner.series("screen", photometric="RGB"),
        *scanner.series("ShMOLLI", inversion_times=SHMOLLI_TI),
    ]
    (built,) = build(headers)
    rejected = [r.source for r in built.rejected]
    assert len(rejected) == len(set(rejected))
    assert files_in(built).isdisjoint(rejected)
    assert files_in(built) | set(rejected) == {h.source for h in headers}


def test_the_same_files_in_any_order_give_the_same_study(scanner, build, plane):
    headers = [
        *scanner.series("T1", planes=[plane(0), plane(10)], **T1_MAP),
        *scanner.series("cine", planes=[plane(0), plane(9)], trigger_times=CYCLE),
        *scanner.series("lge", planes=[plane(1), plane(9)], inversion_times=(300,)),
    ]
    shuffled = headers.copy()
    random.Random(7).shuffle(shuffled)
    (first,), (second,) = build(headers), build(shuffled)
    assert first.study == second.study
    assert first.sources == second.sources


def test_a_correction_for_once_changes_the_kind_and_keeps_the_ids(scanner, build, plane):
    headers = scanner.series("mystery", planes=[plane(0), plane(10)], inversion_times=(300,))
    (before,) = build(headers)
    (series,) = before.study.series
    (after,) = build(headers, kind_corrections={series.series_id: Kind.LGE_PSIR})
    (corrected,) = after.study.series
    assert (corrected.kind, corrected.rule) == (Kind.LGE_PSIR, "corrected-by-reader")
    assert corrected.series_id == series.series_id
    assert {s.kind for s in corrected.slices} == {Kind.LGE_PSIR}


@pytest.mark.parametrize(
    "header, times, expected_ms",
    [
        ({"nominal_interval_ms": 829.0, "heart_rate_bpm": 60.0}, CYCLE, 829.0),
        ({"nominal_interval_ms": 0.0}, CYCLE, 800.0),
        ({}, CYCLE, 800.0),
        ({"heart_rate_bpm": 75.0}, (None,) * 20, 800.0),
        ({"image_comments": "RR 860 +/- 25; 7 heartbeats"}, (None,) * 20, 860.0),
        ({"heart_rate_bpm": 0.0}, (None,) * 20, None),
        ({"nominal_interval_ms": 50.0}, (None,) * 20, None),
    ],
)
def test_the_rr_interval_comes_from_the_first_header_that_tells(
    scanner, build, header, times, expected_ms
):
    (built,) = build(scanner.series("cine", trigger_times=times, **header))
    (one,) = built.study.slices_of(Kind.CINE_SAX)
    assert one.rr_interval_ms == (None if expected_ms is None else pytest.approx(expected_ms))


def test_the_rr_interval_of_inversion_recovery_is_not_read_from_its_trigger_delays(scanner, build):
    headers = scanner.series("molli", inversion_times=SHMOLLI_TI, trigger_times=(500, 900, 1300))
    (built,) = build(headers)
    assert built.study.slices_of(Kind.IR_MAGNITUDE)[0].rr_interval_ms is None


@pytest.mark.realdata
def test_the_real_cine_is_six_positions_of_25_phases_base_to_apex_at_its_own_rate(realdata, build):
    built = build(read(realdata / "cine_human"))[0]
    slices = built.study.slices_of(Kind.CINE_SAX)
    assert [len(s.frames) for s in slices] == [25] * 6
    assert [s.rr_interval_ms for s in slices] == [863, 860, 829, 776, 814, 831]
    assert [len(s.frames) for s in built.study.slices_of(Kind.CINE_LAX)] == [25]
    assert built.notes == {}


@pytest.mark.realdata
def test_the_real_shmolli_keeps_its_inversions_as_acquired(realdata, build):
    (built,) = build(read(realdata / "shmolli_phantom"))
    for kind in (Kind.IR_MAGNITUDE, Kind.IR_PHASE):
        (one,) = built.study.slices_of(kind)
        assert tuple(f.inversion_time_ms for f in one.frames) == SHMOLLI_TI
    assert {f.slope for f in one.frames} == {2.0}


def read(folder: Path):
    results = [open_header(SourceFile(p)) for p in sorted(folder.rglob("*.*"))]
    return [result.header for result in results if isinstance(result, Imported)]
