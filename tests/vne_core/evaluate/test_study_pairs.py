from dataclasses import replace

import pytest

from tests.vne_core.learn.made_model import made_card
from vne_core.evaluate.report import studies_markdown
from vne_core.evaluate.study_pairs import PairedStudy, pair_study, study_rows
from vne_core.quantify.rows import NOT_MEASURED, PATIENT, BurdenRow

LEVELS = (0.5, 0.25, 0.125)


def rows(image: str, lesions, *, areas=None, contours_of=None) -> list[BurdenRow]:
    """Three levels a slice, of lesions in mm2 at FWHM; the outer bands hold twice and thrice that."""
    return [
        BurdenRow(
            "P-ABC123", str(number), image, "T1", level=level, burden_percent=0.0,
            lesion_mm2=lesion * (index + 1), myocardium_mm2=(areas or {}).get(number, 1000.0),
            confirmed=True, contours_of=contours_of or image,
        )
        for number, lesion in enumerate(lesions, 1)
        for index, level in enumerate(LEVELS)
    ]  # fmt: skip


def test_burdens_are_summed_over_slices_measured_in_both():
    lge = rows("LGE", [100, 300, 50], areas={2: 2000.0})
    vne = [row for row in rows("VNE", [80, 200, 500], areas={2: 2000.0}) if row.slice != "3"]
    found = pair_study(lge, vne)
    assert found.slices == 2
    assert found.lge_percent == pytest.approx((400 / 30, 800 / 30, 1200 / 30))
    assert found.vne_percent == pytest.approx((280 / 30, 560 / 30, 840 / 30))
    assert found.linked == 0


def test_a_slice_counts_only_when_both_are_measured_and_confirmed():
    lge = rows("LGE", [100, 300])
    vne = rows("VNE", [80, 200])
    unconfirmed = [replace(row, confirmed=row.slice == "2") for row in vne]
    assert pair_study(lge, unconfirmed).slices == 1
    unmeasured = [replace(row, status=NOT_MEASURED) for row in vne]
    assert pair_study(lge, unmeasured) == (
        "no slice is measured and confirmed in both images (2 slices of LGE and 0 of VNE are)"
    )
    patient = [replace(row, slice=PATIENT) for row in vne]
    assert isinstance(pair_study(lge, patient), str)


def test_contours_of_another_image_are_counted_and_told():
    found = pair_study(rows("LGE", [100, 300]), rows("VNE", [80, 200], contours_of="LGE"))
    assert found.linked == 2
    text = studies_markdown(made_card(), study_rows(made_card(), "equal", [found] * 2), [found])
    assert "2 of them were measured with contours of another image" in text


def test_the_agreement_of_studies_has_the_model_own_levels_and_no_truth():
    studies = [
        PairedStudy(f"P-{index}", (x, 2 * x, 3 * x), (x - 1, 2 * x - 2, 3 * x - 3), 3, 0)
        for index, x in enumerate((4.0, 9.0, 12.0, 20.0, 25.0))
    ]
    equal = study_rows(made_card(), "equal", studies)
    matched = study_rows(made_card(), "matched", studies)
    assert [row.image_level for row in equal] == list(LEVELS)
    assert [row.image_level for row in matched] == [0.4, 0.2, 0.1]
    assert [row.bias.bias for row in equal] == pytest.approx([-1, -2, -3])
    assert equal[0].fit.r == pytest.approx(1)
    assert equal[0].truth_error is None
    assert equal[0].dice is None
    assert len(equal[0].pairs) == 5


def test_two_studies_are_too_few_and_the_row_says_so():
    studies = [PairedStudy("P-1", (1, 2, 3), (1, 2, 3), 1, 0)] * 2
    row = study_rows(made_card(), "equal", studies)[0]
    assert row.fit is None
    assert row.problem
    assert row.lge_mean == 1
