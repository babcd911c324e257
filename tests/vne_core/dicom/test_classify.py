import random
from pathlib import Path

import pytest

from vne_core.dicom.classify import CORRECTED, UNDECIDED, classify
from vne_core.dicom.door import open_header
from vne_core.dicom.header import Imported, SourceFile
from vne_core.dicom.kind_rules import STAGES
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules

CYCLE = tuple(33.0 * i for i in range(25))
SHMOLLI_TI = (100, 1100, 2100, 3100, 4100, 180, 260)
T1_MAP = {"image_type": ("DERIVED", "PRIMARY", "T1_MAP")}


@pytest.fixture(scope="module")
def rules():
    return load_rules()


def kinds_by_name(headers, rules) -> dict[str, tuple[Kind, str]]:
    return {r.part.first.series_description: (r.kind, r.rule) for r in classify(headers, rules)}


def test_every_shipped_rule_explains_itself(rules):
    for stage in STAGES:
        for rule in rules.stages[stage]:
            assert rules.why(rule.id).endswith("."), rule.id


def test_a_series_no_rule_knows_is_other_and_says_so(scanner, rules):
    (result,) = classify(scanner.series("xyz"), rules)
    assert (result.kind, result.rule) == (Kind.OTHER, UNDECIDED)


def test_unnamed_cine_is_told_apart_by_the_planes_of_the_t1_maps(
    scanner, rules, plane, four_chamber
):
    headers = [
        *scanner.series("a_T1MAP", image_type=("ORIGINAL", "PRIMARY", "P"), planes=[plane(10)]),
        *scanner.series("cine a", planes=[plane(12)], trigger_times=CYCLE),
        *scanner.series("cine b", planes=[plane(0, four_chamber)], trigger_times=CYCLE),
        *scanner.series("cine c", planes=[plane(9, four_chamber)], trigger_times=CYCLE),
    ]
    found = kinds_by_name(headers, rules)
    assert found["cine a"] == (Kind.CINE_SAX, "cine-by-phases + axis-short-by-plane")
    assert found["cine b"] == (Kind.CINE_LAX, "cine-by-phases + axis-long-against-t1")
    assert found["cine c"][0] is Kind.CINE_LAX


def test_without_t1_maps_the_largest_parallel_stack_is_the_short_axis(
    scanner, rules, plane, four_chamber
):
    headers = [
        *scanner.series("cine s", planes=[plane(8 * i) for i in range(6)], trigger_times=CYCLE),
        *scanner.series("cine l", planes=[plane(0, four_chamber)], trigger_times=CYCLE),
    ]
    found = kinds_by_name(headers, rules)
    assert found["cine s"][0] is Kind.CINE_SAX
    assert found["cine l"] == (Kind.CINE_LAX, "cine-by-phases + axis-long-against-stack")


def test_lone_cine_planes_are_told_apart_by_the_usual_direction_of_the_heart(
    scanner, rules, plane, four_chamber
):
    headers = [
        *scanner.series("cine s", planes=[plane(0)], trigger_times=CYCLE),
        *scanner.series("cine l", planes=[plane(0, four_chamber)], trigger_times=CYCLE),
    ]
    found = kinds_by_name(headers, rules)
    assert found["cine s"][0] is Kind.CINE_SAX
    assert found["cine l"] == (Kind.CINE_LAX, "cine-by-phases + axis-long-by-anatomy")


def test_a_name_decides_the_axis_before_the_plane_does(scanner, rules, plane):
    headers = [
        *scanner.series("sax", planes=[plane(8 * i) for i in range(4)], trigger_times=CYCLE),
        *scanner.series("cine 2CH", planes=[plane(0)], trigger_times=CYCLE),
    ]
    found = kinds_by_name(headers, rules)
    assert found["cine 2CH"] == (Kind.CINE_LAX, "cine-by-phases + axis-long-by-name")


def test_a_t1_map_of_the_four_chamber_view_does_not_define_the_short_axis(
    scanner, rules, plane, four_chamber
):
    headers = [
        *scanner.series("T1 4ch", planes=[plane(i, four_chamber) for i in (0, 9)], **T1_MAP),
        *scanner.series("T1 mid", planes=[plane(0)], **T1_MAP),
        *scanner.series("cine", planes=[plane(0)], trigger_times=CYCLE),
    ]
    assert kinds_by_name(headers, rules)["cine"][0] is Kind.CINE_SAX


def test_lge_long_axis_is_told_by_its_plane(scanner, rules, plane, four_chamber):
    psir = {"image_type": ("ORIGINAL", "PRIMARY", "R"), "inversion_times": (300,)}
    headers = [
        *scanner.series("T1", planes=[plane(0)], **T1_MAP),
        *scanner.series("lge a", planes=[plane(2)], **psir),
        *scanner.series("lge b", planes=[plane(2, four_chamber)], **psir),
    ]
    found = kinds_by_name(headers, rules)
    assert found["lge a"][0] is Kind.LGE_PSIR
    assert found["lge b"][0] is Kind.LGE_LAX


@pytest.mark.parametrize(
    "event, rule",
    [
        ({"description": "lge", "inversion_times": (300,)}, "post-contrast-after-first-lge"),
        ({"description": "perf rest"}, "post-contrast-after-perfusion"),
    ],
)
def test_what_is_acquired_after_contrast_showed_is_post_contrast_by_time(
    scanner, rules, event, rule
):
    headers = [
        *scanner.series("T1 one", at_s=36000, **T1_MAP),
        *scanner.series("molli one", inversion_times=SHMOLLI_TI, at_s=36010),
        *scanner.series("cine one", trigger_times=CYCLE, at_s=36100),
        *scanner.series(**event, at_s=36600),
        *scanner.series("T1 two", at_s=37000, **T1_MAP),
        *scanner.series("molli two", inversion_times=SHMOLLI_TI, at_s=37010),
        *scanner.series("cine two", trigger_times=CYCLE, at_s=37100),
    ]
    found = kinds_by_name(headers, rules)
    assert [found[f"{n} one"][0] for n in ("T1", "molli", "cine")] == [
        Kind.T1_MAP,
        Kind.IR_MAGNITUDE,
        Kind.CINE_SAX,
    ]
    assert [found[f"{n} two"][0] for n in ("T1", "molli", "cine")] == [
        Kind.POST_CONTRAST_T1_MAP,
        Kind.POST_CONTRAST_IR,
        Kind.POST_CONTRAST_CINE,
    ]
    assert found["cine two"][1].endswith(rule)


def test_a_protocol_named_native_but_run_after_lge_is_post_contrast(scanner, rules):
    headers = [
        *scanner.series("lge", inversion_times=(300,), at_s=100.0),
        *scanner.series("T1 native", at_s=200.0, **T1_MAP),
    ]
    assert kinds_by_name(headers, rules)["T1 native"][0] is Kind.POST_CONTRAST_T1_MAP


def test_without_acquisition_times_nothing_is_called_post_contrast_by_time(scanner, rules):
    headers = [*scanner.series("lge", inversion_times=(300,)), *scanner.series("T1", **T1_MAP)]
    assert kinds_by_name(headers, rules)["T1"][0] is Kind.T1_MAP


def test_a_philips_object_of_magnitude_real_phase_and_map_frames_is_split(scanner, rules):
    def frames(token, times):
        kind = ("ORIGINAL", "PRIMARY", token, token[0], "IR")
        return [{"image_type": kind, "inversion_time_ms": time} for time in times]

    times = (120.0, 200.0, 1080.0, 1180.0, 2060.0)
    header = scanner.enhanced(
        "MOLLI SA",
        [
            *frames("M_IR", times),
            *frames("PHASE MAP", times),
            *frames("R_IR", times),
            *frames("T1 MAP", (None,)),
        ],
    )
    found = {r.part.component: (r.kind, len(r.images)) for r in classify([header], rules)}
    assert found == {
        "magnitude": (Kind.IR_MAGNITUDE, 5),
        "phase": (Kind.IR_PHASE, 5),
        "real": (Kind.OTHER, 5),
        "t1-map": (Kind.T1_MAP, 1),
    }


def test_a_philips_psir_object_gives_its_real_frames_as_psir_and_the_rest_beside(scanner, rules):
    frames = [
        {"image_type": ("ORIGINAL", "PRIMARY", token, token[0], "IR"), "inversion_time_ms": 280.0}
        for token in ("M_IR", "R_IR", "PHASE MAP")
    ]
    found = {
        r.part.component: r.kind for r in classify([scanner.enhanced("PSIR_TFE", frames)], rules)
    }
    assert found == {
        "magnitude": Kind.LGE_MAGNITUDE,
        "real": Kind.LGE_PSIR,
        "phase": Kind.OTHER,
    }


def test_flow_with_magnitude_and_phase_in_one_series_is_no_cine(scanner, rules):
    magnitude = scanner.series("qf 1", trigger_times=CYCLE, number=5)
    phase = scanner.series(
        "qf 1", image_type=("ORIGINAL", "PRIMARY", "P"), trigger_times=CYCLE, number=5
    )
    assert {r.kind for r in classify([*magnitude, *phase], rules)} == {Kind.OTHER}


def test_several_slices_in_one_derived_secondary_series_are_one_cine(scanner, rules, plane):
    headers = scanner.series(
        "SA stack",
        image_type=("DERIVED", "SECONDARY", "M"),
        planes=[plane(10 * i) for i in range(8)],
        trigger_times=CYCLE,
    )
    (result,) = classify(headers, rules)
    assert (result.kind, len(result.images)) == (Kind.CINE_SAX, 200)


def test_a_series_of_single_images_in_three_directions_is_a_localiser(
    scanner, rules, plane, four_chamber
):
    directions = [four_chamber, ((1, 0, 0), (0, 1, 0)), ((0, 1, 0), (0, 0, -1))]
    (result,) = classify(scanner.series("trufi", planes=[plane(0, d) for d in directions]), rules)
    assert result.kind is Kind.LOCALISER


def test_the_order_of_files_changes_nothing(scanner, rules, plane):
    headers = [
        *scanner.series("T1", planes=[plane(10 * i) for i in range(3)], at_s=10.0, **T1_MAP),
        *scanner.series("cine", planes=[plane(10)], trigger_times=CYCLE, at_s=20.0),
        *scanner.series("lge", inversion_times=(300,), at_s=30.0),
        *scanner.series("cine", planes=[plane(20)], trigger_times=CYCLE, at_s=40.0),
    ]
    shuffled = headers.copy()
    random.Random(1).shuffle(shuffled)
    assert classify(shuffled, rules) == classify(headers, rules)


def test_a_readers_correction_for_once_decides_and_counts_for_the_others(scanner, rules):
    headers = [
        *scanner.series("mystery", at_s=100.0),
        *scanner.series("T1", at_s=200.0, **T1_MAP),
    ]
    first = classify(headers, rules)
    corrected = classify(headers, rules, {first[0].part.key: Kind.LGE_PSIR})
    assert (corrected[0].kind, corrected[0].rule) == (Kind.LGE_PSIR, CORRECTED)
    assert corrected[1].kind is Kind.POST_CONTRAST_T1_MAP


@pytest.mark.realdata
def test_the_four_real_shmolli_series_get_their_kinds(realdata, rules):
    found = {
        r.part.first.series_number: r.kind
        for r in classify(read(realdata, "shmolli_phantom"), rules)
    }
    assert found == {
        12: Kind.IR_MAGNITUDE,
        13: Kind.IR_PHASE,
        14: Kind.T1_MAP,
        15: Kind.FIT_PARAMETER,
    }


@pytest.mark.realdata
def test_the_real_cine_gives_six_short_axis_series_and_one_long_axis(realdata, rules):
    results = classify(read(realdata, "cine_human"), rules)
    assert [r.kind for r in results].count(Kind.CINE_SAX) == 6
    assert [r.part.first.series_description for r in results if r.kind is Kind.CINE_LAX] == [
        "cine_trufi_retro 4CH"
    ]


def read(folder: Path, name: str):
    results = [open_header(SourceFile(p)) for p in sorted((folder / name).rglob("*.*"))]
    return [result.header for result in results if isinstance(result, Imported)]
