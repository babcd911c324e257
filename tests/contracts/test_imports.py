import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_room_imports_only_the_rooms_below_it():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


def test_every_core_module_loads_where_qt_cannot_be_imported():
    output = run_python(
        """
        import importlib, pkgutil, sys
        for name in ("PySide6", "shiboken6", "pyqtgraph"):
            sys.modules[name] = None
        import vne_core
        names = [m.name for m in pkgutil.walk_packages(vne_core.__path__, "vne_core.")]
        for name in names:
            if not name.endswith("__main__"):
                importlib.import_module(name)
        print(len(names))
        """
    )
    assert int(output) > 30


def test_every_window_module_loads_without_torch():
    output = run_python(
        """
        import importlib, json, pkgutil, sys
        sys.modules["torch"] = None
        import app
        for module in pkgutil.walk_packages(app.__path__, "app."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
        heavy = ("scipy.stats", "matplotlib", "highdicom", "gdcm", "onnxruntime")
        print(json.dumps([name for name in heavy if name in sys.modules]))
        """,
        QT_QPA_PLATFORM="offscreen",
    )
    assert json.loads(output) == []


def test_what_generates_a_vne_runs_where_torch_cannot_be_imported(tmp_path):
    """From the registry to the image on the T1 grid, as the window's worker thread does it."""
    output = run_python(
        """
        import os, sys
        sys.modules["torch"] = None
        from pathlib import Path
        from tests.vne_core.learn.made_model import write_model
        from tests.vne_core.vne.made_slice import EPI_MM, circle, made_slice
        from vne_core.learn.registry import Registry
        from vne_core.vne.generate import Subject, generate
        from vne_core.vne.model import load_model
        import vne_core.vne.register, vne_core.workspace.generated, vne_core.jobs.generate
        print("onnxruntime" in sys.modules)
        home = Path(os.environ["HOME_OF_MODELS"])
        write_model(home)
        registry = Registry(home)
        registry.promote("made-1", "test")
        aligned = made_slice()
        subject = Subject(aligned, circle(aligned.plane, EPI_MM))
        image = generate(load_model(registry.active().folder), subject, explained=True)
        print(type(image).__name__, image.pixels.shape == aligned.plane.shape_px)
        """,
        HOME_OF_MODELS=str(tmp_path),
    )
    assert output.split() == ["False", "VneImage", "True"]


def test_only_training_loads_torch():
    """What generates, reads cards or describes a training runs where torch cannot be imported."""
    output = run_python(
        """
        import importlib, json, pkgutil, sys
        sys.modules["torch"] = None
        import vne_core
        needing = []
        for module in pkgutil.walk_packages(vne_core.__path__, "vne_core."):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                assert error.name == "torch" or "torch" in str(error), (module.name, error)
                needing.append(module.name)
        print(json.dumps(needing))
        """
    )
    assert set(json.loads(output)) == {
        "vne_core.learn.checkpoint",
        "vne_core.learn.distributed",
        *(
            f"vne_core.vne.{name}"
            for name in (
                "augment", "dataset", "discriminator", "encoder_training", "export", "localiser",
                "localiser_training", "loss", "model_files", "network", "perceptual", "train",
                "trainer", "validation",
            )
        ),
    }  # fmt: skip


def test_the_wheel_carries_the_resources(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "resources/classification.toml" in names
    assert "app/__main__.py" in names
    assert not [name for name in names if name.startswith("tests/")]
