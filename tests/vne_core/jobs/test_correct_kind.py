import shutil

import pytest

from vne_core.dicom.classify import CORRECTED
from vne_core.dicom.kinds import Kind
from vne_core.jobs import correct_kind
from vne_core.jobs.events import Finished, Warned
from vne_core.workspace.failures import NotInWorkspaceError
from vne_core.workspace.sources import SourceMovedError
from vne_core.workspace.store import Workspace


@pytest.fixture
def correct(import_into):
    def do(series_id, kind, *, as_site_rule=False):
        params = {
            "workspace": str(import_into.workspace),
            "series_id": series_id,
            "kind": kind,
            "as_site_rule": as_site_rule,
        }
        return list(correct_kind.run(params, lambda: False))

    return do


@pytest.fixture
def stored(import_into):
    def look():
        with Workspace.open(import_into.workspace) as workspace:
            return [workspace.studies.load(line.study_id) for line in workspace.studies.summaries()]

    return look


def series_of_kind(study, kind):
    return next(series for series in study.series if series.kind is kind)


def test_a_kind_corrected_for_once_rebuilds_the_slices_of_that_series(
    files, import_into, correct, stored
):
    import_into(files.folder)
    cine = series_of_kind(stored()[0], Kind.CINE_SAX)
    assert isinstance(correct(cine.series_id, "LGE_LAX")[-1], Finished)
    changed = next(s for s in stored()[0].series if s.series_id == cine.series_id)
    assert (changed.kind, changed.rule) == (Kind.LGE_LAX, CORRECTED)
    assert len(changed.slices) == sum(len(one.frames) for one in cine.slices)


def test_a_correction_taken_back_leaves_the_series_as_the_rules_have_it(
    files, import_into, correct, stored
):
    import_into(files.folder)
    cine = series_of_kind(stored()[0], Kind.CINE_SAX)
    correct(cine.series_id, "LGE_LAX")
    correct(cine.series_id, None)
    assert next(s for s in stored()[0].series if s.series_id == cine.series_id) == cine


def test_a_kind_corrected_for_the_site_holds_for_the_next_patient(
    files, import_into, correct, stored, new_study
):
    import_into(files.folder)
    cine = series_of_kind(stored()[0], Kind.CINE_SAX)
    correct(cine.series_id, "PERFUSION", as_site_rule=True)
    assert series_of_kind(stored()[0], Kind.PERFUSION).rule.startswith("site")
    import_into(new_study(files.folder.parent / "second", PatientID="ID-2").write())
    assert all(series_of_kind(study, Kind.PERFUSION) for study in stored())


def test_a_correction_without_the_original_files_is_kept_with_a_warning(
    files, import_into, correct, stored
):
    import_into(files.folder)
    shutil.rmtree(files.folder)
    cine = series_of_kind(stored()[0], Kind.CINE_SAX)
    warning, _ = correct(cine.series_id, "CINE_LAX")
    assert isinstance(warning, Warned)
    assert series_of_kind(stored()[0], Kind.CINE_LAX).series_id == cine.series_id


def test_a_rule_for_the_site_needs_the_original_files(files, import_into, correct, stored):
    import_into(files.folder)
    shutil.rmtree(files.folder)
    cine = series_of_kind(stored()[0], Kind.CINE_SAX)
    with pytest.raises(SourceMovedError):
        correct(cine.series_id, "CINE_LAX", as_site_rule=True)


def test_an_unknown_series_is_refused(files, import_into, correct):
    import_into(files.folder)
    with pytest.raises(NotInWorkspaceError, match="series zz"):
        correct("zz", "OTHER")
