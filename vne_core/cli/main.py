"""The ``vne`` command. What a command needs is imported when it runs, so that ``--help`` is fast."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from vne_core.cli.output import (
    EXIT_CANCELLED,
    EXIT_DONE,
    EXIT_REFUSED,
    EXIT_USAGE,
    UsageError,
    tell,
    tell_refusal,
)
from vne_core.errors import Cancelled, VneError

_DESCRIPTION = "Contrast-free cardiac MR without a window. Research software, not a medical device."


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals are errors like all others."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line, showing how it is written."""
        raise UsageError(message, "", f"see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    0: done, also when some files were rejected; 1: refused; 2: not a command; 130: cancelled.
    """
    found = sys.argv[1:] if arguments is None else list(arguments)
    as_json = "--json" in found
    try:
        chosen = _parser().parse_args(found)
        answer = importlib.import_module(f"vne_core.cli.{chosen.module}").run(chosen)
        return tell(answer, as_json=as_json)
    except UsageError as error:
        return tell_refusal(error, error.code, EXIT_USAGE, as_json=as_json)
    except (Cancelled, KeyboardInterrupt):
        stopped = VneError("cancelled: what was finished before is kept")
        return tell_refusal(stopped, Cancelled.code, EXIT_CANCELLED, as_json=as_json)
    except VneError as error:
        code = str(getattr(error, "job_code", error.code))
        return tell_refusal(error, code, EXIT_REFUSED, as_json=as_json)
    except BrokenPipeError:  # the reader of our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="vne", description=_DESCRIPTION)
    add = parser.add_subparsers(metavar="COMMAND", required=True).add_parser
    importing = _command(add, "import", "import_files", "import DICOM files into a workspace")
    importing.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder, file, .zip")
    importing.add_argument("--again", action="store_true", help="build known studies anew")
    importing.add_argument("--truth", type=Path, help="a virtual patient's truth folder: import its "
                           "true contours too")  # fmt: skip
    _workspace(importing)
    _workspace(_command(add, "list", "list_studies", "list the studies of a workspace"))
    _correct(_command(add, "correct", "correct", "correct what a series was taken for"))
    _quantify(_command(add, "quantify", "quantify", "measure lesion burden into a CSV"))
    _phantom(_command(add, "phantom", "phantom", "make a virtual cohort whose truth is known"))
    _train(_command(add, "train", "train", "train a model on training arrays"))
    _evaluate(_command(add, "evaluate", "evaluate", "measure a model on unseen virtual patients"))
    demo = _command(add, "demo", "demo", "import and measure the demo patient, into a folder")
    demo.add_argument("out", type=Path, metavar="OUT", help="folder to write into")
    _command(add, "doctor", "doctor", "check versions, decoders and display")
    _generate(_command(add, "generate", "generate", "make the VNE of every slice of a workspace"))
    _models(add("models", help="the installed VNE models"))
    return parser


def _command(
    add: Callable[..., _Parser], name: str, module: str, help_text: str
) -> argparse.ArgumentParser:
    """Add a command whose code is ``vne_core.cli.<module>.run``."""
    command = add(name, help=help_text, description=help_text)
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.set_defaults(module=module)
    return command


def _workspace(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workspace",
        type=Path,
        metavar="W",
        help="its folder; the user's own (or VNE_WORKSPACE) when not given",
    )


def _correct(command: argparse.ArgumentParser) -> None:
    command.add_argument("--series", required=True, metavar="ID", help="its id, from list --json")
    command.add_argument("--kind", required=True, help="LGE_PSIR, CINE_SAX, OTHER, ...")
    command.add_argument("--site", action="store_true", help="as a rule of this site")
    _workspace(command)


def _phantom(command: argparse.ArgumentParser) -> None:
    command.add_argument("out", type=Path, metavar="OUT", help="folder to write into")
    command.add_argument("--patients", type=_count, metavar="N", help="the cohort's own number "
                         "when not given")  # fmt: skip
    command.add_argument("--seed", type=int, metavar="S", help="the cohort's own when not given")
    command.add_argument(
        "--config", metavar="F", help="a preset (hcm_1p5t_shmolli, ...) or a .toml file"
    )
    command.add_argument("--arrays", action="store_true", help="training arrays, no DICOM")
    command.add_argument("--report", action="store_true", help="contact sheet and table too")
    command.add_argument("--only-report", action="store_true", help="measure, write no images")


def _evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="ID", help="see models list; the baselines alone when "
                         "not given")  # fmt: skip
    command.add_argument("--baseline", action="append", default=[], metavar="ID",
                         help="a model for the same tables; can be repeated")  # fmt: skip
    command.add_argument("--cohort", action="append", metavar="PRESET", help="instead of the "
                         "frozen test cohorts; can be repeated")  # fmt: skip
    command.add_argument("--arrays", type=Path, metavar="DIR", help="training arrays instead")
    command.add_argument("--studies", action="store_true", help="the workspace's own studies: VNE "
                         "against LGE where a reader has confirmed both")  # fmt: skip
    command.add_argument("--patients", type=_count, metavar="N", help="the first N of each cohort")
    command.add_argument("--seed", type=int, metavar="S", help="the test seed when not given")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    command.add_argument("--localise", action="store_true", help="let the model find the ventricle "
                         "instead of telling it")  # fmt: skip
    command.add_argument("--freeze", action="store_true", help="write the thresholds and confidence "
                         "found on validation patients into the model")  # fmt: skip
    command.add_argument("--record", action="store_true", help="write the figures into it too")
    _workspace(command)


def _train(command: argparse.ArgumentParser) -> None:
    command.add_argument("--spec", required=True, metavar="F", help="a preset (default, further, "
                         "...) or a .toml or .json file")  # fmt: skip
    command.add_argument("--arrays", nargs="+", type=Path, metavar="A", help="folders of training "
                         "arrays, instead of the file's own")  # fmt: skip
    command.add_argument("--out", type=Path, metavar="OUT", help="folder to write into; the "
                         "spec's name here when not given")  # fmt: skip
    command.add_argument("--start-from", type=Path, metavar="FOLDER", help="begin with the weights "
                         "of a training or model, by its folder, not with random ones")  # fmt: skip
    command.add_argument("--max-minutes", type=float, metavar="M", help="time it may take")
    command.add_argument("--resume", action="store_true", help="go on from the last checkpoint")


def _quantify(command: argparse.ArgumentParser) -> None:
    command.add_argument("--csv", type=Path, required=True, metavar="F", help="file to write")
    command.add_argument("--image", choices=("lge", "vne", "both"), default="lge")
    command.add_argument(
        "--preset",
        choices=("equal", "matched"),
        default="equal",
        help="the same thresholds for LGE and VNE, or those of the model's card",
    )
    _workspace(command)


def _generate(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="ID", help="the one in use when not given")
    command.add_argument("--again", action="store_true", help="also what is already there")
    _workspace(command)


def _models(parser: _Parser) -> None:
    """Add list, show, add, promote and rollback."""
    add = parser.add_subparsers(metavar="COMMAND", required=True).add_parser
    helps = {
        "list": "list the installed models",
        "show": "show the card of a model",
        "add": "make a model of what a training left",
        "promote": "use a model from now on",
        "rollback": "go back to the model used before",
    }
    for action, help_text in helps.items():
        command = _command(add, action, "models", help_text)
        command.set_defaults(action=action)
        if action in {"show", "promote"}:
            command.add_argument("model_id", metavar="ID")
        if action == "add":
            command.add_argument("run", type=Path, metavar="RUN", help="the training's folder")
            command.add_argument("--id", dest="model_id", required=True, metavar="ID")
            command.add_argument("--localiser", metavar="ID", help="take this model's localiser")
        _workspace(command)


def _count(text: str) -> int:
    """Return a number of patients, at least one."""
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} patients: at least 1 is needed")
    return count


if __name__ == "__main__":
    sys.exit(main())
