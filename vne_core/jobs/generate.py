"""Generate the VNE of every study of a workspace, or of some, with the model in use or another.

Parameters: ``workspace`` (text), optionally ``model_id`` (text), ``studies`` (list of ids),
``author`` (text) and ``again`` (true: also what is already there).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vne_core.errors import Cancelled
from vne_core.jobs.events import Event, Finished, Progress, Warned
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.learn.registry import Registry
from vne_core.vne.image import NotGenerated, Trust, VneImage
from vne_core.vne.model import load_model
from vne_core.workspace.failures import NotInWorkspaceError
from vne_core.workspace.generated import SliceToGenerate, generate_slice, slices_to_generate
from vne_core.workspace.store import Workspace

AUTHOR = "vne generate"


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Generate slice by slice; its result tells each one, what could not be with its reason.

    Raises NoModelError and ModelRefusedError before anything is made.
    """
    folder = Path(parameter(params, "workspace", str))
    with Workspace.open_for_job(folder) as workspace:
        registry = Registry(workspace.models_folder)
        wanted = params.get("model_id")
        installed = registry.show(wanted) if wanted else registry.active()
        model = load_model(installed.folder)
        planned = _planned(workspace, params.get("studies"))
        author = str(params.get("author") or AUTHOR)
        told: list[dict[str, Any]] = []
        for done, (pseudonym, number, one) in enumerate(planned):
            if cancelled():
                raise Cancelled
            yield Progress(done, len(planned), "generating")
            made = generate_slice(workspace, one, model, author, again=bool(params.get("again")))
            told.append({"study": pseudonym, "slice": number, **_told(made)})
            if words := _warning(made):
                yield Warned(f"{pseudonym}, slice {number}: {words}")
    count = sum(one["status"] == "generated" for one in told)
    caution = model.card.caution
    if caution:
        yield Warned(f"{model.card.model_id}: {caution}")
    yield Finished(
        {"model_id": model.card.model_id, "caution": caution, "generated": count, "slices": told}
    )


def _planned(
    workspace: Workspace, studies: list[str] | None
) -> list[tuple[str, int, SliceToGenerate]]:
    """Return pseudonym, number and slice of everything to generate, newest study first."""
    lines = workspace.studies.summaries()
    if not lines:
        raise NotInWorkspaceError("the workspace holds no study", "", "import one first")
    missing = set(studies or ()) - {line.study_id for line in lines}
    if missing:
        raise NotInWorkspaceError(
            f"study {', '.join(sorted(missing))} is not in this workspace", "", "import it first"
        )
    return [
        (line.pseudonym, number, one)
        for line in lines
        if not studies or line.study_id in studies
        for number, one in enumerate(slices_to_generate(workspace, line.study_id), 1)
    ]


def _told(made: VneImage | NotGenerated) -> dict[str, Any]:
    match made:
        case NotGenerated():
            return {"slice_id": made.slice_id, "status": "not generated", "reason": str(made)}
        case VneImage(confidence=confidence):
            return {
                "slice_id": made.slice_id,
                "status": "generated",
                "confidence": confidence.probability,
                "trust": confidence.trust.value,
                "enhancement_probability": confidence.enhancement,
                "flags": [flag.flag.value for flag in made.flags],
                "reasons": list(confidence.reasons),
            }


def _warning(made: VneImage | NotGenerated) -> str:
    """Return what a reader should know of a slice that is not as it should be."""
    match made:
        case NotGenerated():
            return f"no VNE: {made}"
        case VneImage(confidence=confidence) if confidence.trust is Trust.LOW:
            return confidence.words
        case VneImage(flags=flags):
            return "; ".join(map(str, flags))
