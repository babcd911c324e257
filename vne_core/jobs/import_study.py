"""Import folders, files and archives into a workspace; importing again adds only what is new.

Parameters: ``paths`` (list of text), ``workspace`` (text), optionally ``again`` (build known
studies anew, for new rules or lost pixels) and ``truth`` (the folder of a virtual patient's truth).
"""

import traceback
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vne_core.align.match import match_study
from vne_core.dicom.deidentify import Pseudonymiser, load_key
from vne_core.dicom.header import Header, Rejected
from vne_core.dicom.pixels import PixelDecoder
from vne_core.dicom.pool import WorkerStartError
from vne_core.dicom.rule_file import load_rules
from vne_core.dicom.scan import ScanResult, scan
from vne_core.errors import Cancelled, VneError
from vne_core.files import require_free_space
from vne_core.jobs.events import Event, Finished, Warned
from vne_core.jobs.intake import (
    by_study,
    content_tokens,
    make_scrubber,
    needed_bytes,
)
from vne_core.jobs.known_files import already_there, find_earlier, repeats_of
from vne_core.jobs.not_images import set_truth_apart
from vne_core.jobs.progress import reporting
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.jobs.study_import import (
    FAULTS_OF_A_STUDY,
    Context,
    StudyOutcome,
    align,
    import_study,
    in_short,
)
from vne_core.jobs.tally import ImportedStudy, Tally
from vne_core.jobs.true_contours import add_true_contours
from vne_core.study.model import Study
from vne_core.workspace import sources
from vne_core.workspace.failures import WorkspaceError
from vne_core.workspace.store import Workspace


class NoSuchPathError(VneError):
    """Folders and files that are named, and none of them is there."""

    code = "no-such-path"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What an import is asked."""

    paths: tuple[Path, ...]
    workspace: Path
    again: bool = False
    truth: Path | None = None


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Run the job; its result is that of ``Tally.result``."""
    truth = params.get("truth")
    request = ImportRequest(
        paths=tuple(Path(path) for path in parameter(params, "paths", list)),
        workspace=Path(parameter(params, "workspace", str)),
        again=bool(params.get("again")),
        truth=Path(truth) if truth else None,
    )
    result = yield from import_paths(request, cancelled)
    yield Finished(result)


def import_paths(
    request: ImportRequest, cancelled: IsCancelled
) -> Generator[Event, None, dict[str, Any]]:
    """Import and return the result as plain JSON values.

    Each study is stored in one transaction, its arrays before; a cancelled or failed import
    leaves the studies that were whole by then. Raises NoSuchPathError when
    none of the paths is there.
    """
    if not any(path.exists() for path in request.paths):
        named = ", ".join(map(str, request.paths))
        raise NoSuchPathError(
            f"there is no {named}", "", "check the name and that its disk is there"
        )
    with Workspace.open_for_job(request.workspace) as workspace:
        found = yield from reporting(
            lambda report, stop: scan(request.paths, progress=report, cancelled=stop),
            "reading the headers",
            cancelled,
        )
        file_count = found.file_count
        found, not_images = set_truth_apart(found)
        tally = Tally(file_count, found.ignored, not_images)
        tally.refuse(found.rejected)
        with PixelDecoder() as decoder:
            context = yield from _prepare(workspace, decoder, found, tally, cancelled)
            yield from _import_studies(request, context, found, tally)
        if request.truth is not None:
            add_true_contours(workspace, request.truth, context.pseudonyms)
        _write_down(context, tally)
    return tally.result()


def _prepare(
    workspace: Workspace,
    decoder: PixelDecoder,
    found: ScanResult,
    tally: Tally,
    cancelled: IsCancelled,
) -> Generator[Event, None, Context]:
    """Compare the files with what the workspace has seen and make sure that the rest has room."""
    pseudonyms = Pseudonymiser(load_key(sources.config_folder()))
    tokens, unreadable = yield from reporting(
        lambda report, stop: content_tokens(found.imported, pseudonyms, report, stop),
        "comparing with the workspace",
        cancelled,
    )
    tally.refuse(unreadable)
    seen = workspace.imports.seen_files()
    unseen = [h for h in found.imported if tokens.get(h.source) not in seen]
    require_free_space(workspace.folder, needed_bytes(unseen))
    return Context(
        workspace=workspace,
        decoder=decoder,
        pseudonyms=pseudonyms,
        rules=load_rules(sources.site_rules_path()),
        corrections=workspace.studies.kind_corrections(),
        tokens=tokens,
        seen=seen,
        scrub=make_scrubber(
            [h.source for h in found.imported] + [r.source for r in found.rejected], pseudonyms
        ),
        cancelled=cancelled,
    )


def _import_studies(
    request: ImportRequest, context: Context, found: ScanResult, tally: Tally
) -> Generator[Event]:
    """Import study by study and count what became of the files."""
    for headers in by_study(h for h in found.imported if h.source in context.tokens):
        if context.cancelled():
            raise Cancelled
        outcome = yield from _attempt(request, context, headers)
        ours = {header.source for header in headers}
        refused = (refusal for refusal in outcome.rejected if refusal.source in ours)
        tally.refuse(refused, outcome.study.study_id if outcome.study else None)
        if outcome.study is not None:
            tally.studies.append(_line(context.workspace, outcome.study, outcome))
            identity = context.workspace.workspace_id, outcome.study.study_id
            sources.remember_paths(*identity, request.paths)


def _attempt(
    request: ImportRequest, context: Context, headers: Sequence[Header]
) -> Generator[Event, None, StudyOutcome]:
    """Import one study; what is wrong with it costs its own files and no other study.

    A wish to stop, a workspace that cannot be written, and a decoder that cannot start concern
    every study and are raised.
    """
    try:
        known = None if request.again else already_there(context, headers)
        if known is None:
            return (yield from _import_one(context, headers))
        yield from align(context.workspace, known, context.cancelled)
        return StudyOutcome(known, 0, repeats_of(context, headers), is_rebuilt=False)
    except (Cancelled, WorkspaceError, WorkerStartError):
        raise
    except FAULTS_OF_A_STUDY as error:
        traceback.print_exc()  # into the job's log
        reason = f"its study could not be put together ({in_short(error)})"
        refused = tuple(Rejected(header.source, "study-fault", reason) for header in headers)
        return StudyOutcome(None, 0, refused)


def _import_one(
    context: Context, headers: Sequence[Header]
) -> Generator[Event, None, StudyOutcome]:
    """Import a study that is new or has grown; files imported earlier are read again with it."""
    missing = yield from find_earlier(context, headers)
    if missing.warning:
        yield Warned(missing.warning)
    context = replace(context, tokens={**context.tokens, **missing.tokens})
    return (yield from import_study(context, (*headers, *missing.headers), missing.stored))


def _line(workspace: Workspace, study: Study, outcome: StudyOutcome) -> ImportedStudy:
    slices = len(match_study(study, workspace.overrides.of_study(study.study_id)))
    positions = sum(len(series.slices) for series in study.series)
    return ImportedStudy(
        study.study_id, study.pseudonym, slices, positions, outcome.new, outcome.is_rebuilt
    )


def _write_down(context: Context, tally: Tally) -> None:
    """Keep counts and refusals in the workspace, the files' names in private configuration."""
    token_of = context.pseudonyms.uid
    number = context.workspace.imports.record(
        tally.counts, tally.for_workspace(token_of, context.scrub)
    )
    sources.remember_names(context.workspace.workspace_id, number, tally.names(token_of))
