"""A model's VNE against the LGE of a workspace's studies, where a reader has confirmed both."""

from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vne_core.errors import Cancelled, VneError
from vne_core.evaluate.figures import write_agreement_page
from vne_core.evaluate.report import studies_json, studies_markdown
from vne_core.evaluate.rows import AgreementRow, Thresholds
from vne_core.evaluate.study_pairs import PairedStudy, pair_study, study_rows
from vne_core.files import atomic_write
from vne_core.jobs.events import Event, Progress, Warned
from vne_core.jobs.registry import IsCancelled
from vne_core.learn.card import ModelCard
from vne_core.study.annotation import ImageKind
from vne_core.workspace.burdens import VneMeasure, burden_rows
from vne_core.workspace.store import Workspace

TABLES_FILE = "studies.json"
READABLE_FILE = "studies.md"


class NothingPairedError(VneError):
    """A workspace in which no study has both images measured."""

    code = "nothing-paired"


def evaluate_studies(
    folder: Path, card: ModelCard, out: Path, cancelled: IsCancelled
) -> Generator[Event, None, dict[str, Any]]:
    """Yield progress and why studies are left out; write tables and page, return what was done.

    Raises NothingPairedError and Cancelled.
    """
    choices: list[Thresholds] = ["equal", "matched"] if card.matched_levels else ["equal"]
    paired: dict[Thresholds, list[PairedStudy]] = {choice: [] for choice in choices}
    with Workspace.open(folder, read_only=True) as workspace:
        studies = workspace.studies.summaries()
        for done, study in enumerate(studies):
            if cancelled():
                raise Cancelled
            yield Progress(done, len(studies), "measuring studies")
            lge = burden_rows(workspace, study.study_id, ImageKind.LGE)
            for choice in choices:
                measure = VneMeasure(card, is_matched=choice == "matched")
                vne = burden_rows(workspace, study.study_id, ImageKind.VNE, measure)
                found = pair_study(lge, vne)
                if isinstance(found, PairedStudy):
                    paired[choice].append(found)
                elif choice == "equal":
                    yield Warned(f"{study.pseudonym}: {found}")
    if not paired["equal"]:
        raise NothingPairedError(
            "no study has a slice that is measured and confirmed on both LGE and VNE",
            "contours and reference regions of both, confirmed",
            "generate the VNE and read the studies first",
        )
    rows = [row for choice in choices for row in study_rows(card, choice, paired[choice])]
    return _written(out, card, rows, paired["equal"])


def _written(
    out: Path, card: ModelCard, rows: list[AgreementRow], studies: list[PairedStudy]
) -> dict[str, Any]:
    """Write tables and page; return the job's result."""
    text = studies_markdown(card, rows, studies)
    title = f"{card.model_id} against LGE, {len(studies)} studies of this workspace"
    files = write_agreement_page(out, "studies-agreement", f"{title}\n{card.notice}", rows)
    document = {"rows": [asdict(row) for row in rows], "studies": [asdict(s) for s in studies]}
    atomic_write(out / READABLE_FILE, text)
    atomic_write(out / TABLES_FILE, studies_json(card, document))
    return {
        "out": str(out),
        "files": [TABLES_FILE, READABLE_FILE, *files],
        "model": card.model_id,
        "table": text,
    }
