"""A job's folder: what is asked (``spec.json``), the wish to stop (``cancel``), the log.

It is private to the user and short-lived, because a specification may name original files.
"""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from vne_core.files import atomic_write
from vne_core.jobs.events import JobSpec
from vne_core.jobs.registry import JobParameterError

SPEC_NAME = "spec.json"
CANCEL_NAME = "cancel"
LOG_NAME = "log.txt"
YIELDS = "VNE_JOB_YIELDS"
"""Set in the environment of a job that yields to the program that started it: a window."""
CANCEL_PATIENCE_S = 10.0
"""How long a job may take to stop by itself before its owner kills it."""
LOG_TAIL_BYTES = 4000


def make_job_folder(spec: JobSpec, parent: Path | None = None) -> Path:
    """Return a new folder (mode 0700) that asks for ``spec``, in the temporary folder or elsewhere.

    The owner of the job removes it.
    """
    folder = Path(tempfile.mkdtemp(prefix="vne-job-", dir=parent))
    atomic_write(folder / SPEC_NAME, json.dumps(asdict(spec)))
    return folder


def job_command(folder: Path) -> list[str]:
    """Return the command line that runs the job of ``folder``."""
    return [sys.executable, "-m", "vne_core.jobs.run", str(folder)]


def read_spec(folder: Path) -> JobSpec:
    """Return what the job is asked; raises JobParameterError for a folder that does not say."""
    try:
        spec = JobSpec(**json.loads((folder / SPEC_NAME).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise JobParameterError(
            f"the folder {folder} holds no readable {SPEC_NAME}", "a job's folder"
        ) from error
    return spec


def request_cancel(folder: Path) -> None:
    """Ask the job to stop."""
    (folder / CANCEL_NAME).touch()


def is_cancel_requested(folder: Path) -> bool:
    """Return whether the job was asked to stop; a removed folder counts as such."""
    return (folder / CANCEL_NAME).exists() or not folder.exists()


def log_tail(folder: Path) -> str:
    """Return the end of what the job and its libraries printed."""
    log = folder / LOG_NAME
    if not log.exists():
        return ""
    return log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()
