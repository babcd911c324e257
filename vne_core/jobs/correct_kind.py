"""Give a series the kind a reader says, for once or for every such series of this site.

Parameters: ``workspace``, ``series_id``, ``kind`` (text; null leaves it to the rules again) and
``as_site_rule`` (true or false). The study is then built anew from its original files, because the
kind decides what a slice is.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from vne_core.dicom.deidentify import Pseudonymiser, load_key
from vne_core.dicom.header import Header
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules
from vne_core.dicom.scan import scan
from vne_core.dicom.site_rules import append_site_rule
from vne_core.jobs.events import Event, Finished, Warned
from vne_core.jobs.import_study import ImportRequest, import_paths
from vne_core.jobs.progress import reporting
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.study.build import build_studies
from vne_core.study.model import Study
from vne_core.workspace import sources
from vne_core.workspace.failures import SERIES_ACTION, NotInWorkspaceError
from vne_core.workspace.sources import SourceMovedError
from vne_core.workspace.store import Workspace


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Correct the kind; its result is that of the import that follows.

    Raises SourceMovedError for a rule of the site when the original files are gone; a correction
    for once is then kept, with a warning.
    """
    folder = Path(parameter(params, "workspace", str))
    series_id = parameter(params, "series_id", str)
    kind = None if params.get("kind", "") is None else Kind(parameter(params, "kind", str))
    with Workspace.open_for_job(folder) as workspace:
        study = _study_of(workspace, series_id)
        if kind is not None and params.get("as_site_rule"):
            paths = sources.paths_of(workspace.workspace_id, study.study_id)
            header = yield from _find_header(paths, series_id, cancelled)
            append_site_rule(sources.site_rules_path(), header, kind)
            workspace.studies.set_kind(series_id, None)
        else:
            workspace.studies.set_kind(series_id, kind)
        try:
            paths = sources.paths_of(workspace.workspace_id, study.study_id)
        except SourceMovedError as error:
            yield Warned(f"the images of the series keep their order: {error}")
            yield Finished({"studies": [], "counts": {}, "rejected": []})
            return
    result = yield from import_paths(ImportRequest(paths, folder, again=True), cancelled)
    yield Finished(result)


def _study_of(workspace: Workspace, series_id: str) -> Study:
    for line in workspace.studies.summaries():
        study = workspace.studies.load(line.study_id)
        if any(series.series_id == series_id for series in study.series):
            return study
    raise NotInWorkspaceError(f"series {series_id} is not in this workspace", "", SERIES_ACTION)


def _find_header(
    paths: tuple[Path, ...], series_id: str, cancelled: IsCancelled
) -> Generator[Event, None, Header]:
    """Return a header of a series from the original files."""
    found = yield from reporting(
        lambda report, stop: scan(paths, progress=report, cancelled=stop),
        "reading the series",
        cancelled,
    )
    pseudonyms = Pseudonymiser(load_key(sources.config_folder()))
    for built in build_studies(found.imported, load_rules(), pseudonyms):
        for series in built.study.series:
            if series.series_id == series_id:
                return built.sources[series.slices[0].slice_id][0][0]
    raise SourceMovedError(
        f"the files of series {series_id} are no longer in {paths[0]}", "", "choose their folder"
    )
