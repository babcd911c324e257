import subprocess
import sys

PROGRAM = """
import importlib, pkgutil, sys
import {room}
for module in pkgutil.iter_modules({room}.__path__):
    importlib.import_module("{room}." + module.name)
print(*[name for name in {heavy} if name in sys.modules])
"""


def loaded_with(room: str, heavy: tuple[str, ...]) -> str:
    program = PROGRAM.format(room=room, heavy=heavy)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.strip()


def test_statistics_load_scipy_only_when_a_quantile_is_asked_for():
    assert loaded_with("vne_core.stats", ("scipy", "matplotlib", "torch")) == ""


def test_evaluation_loads_neither_torch_nor_what_draws_before_it_is_needed():
    heavy = ("torch", "matplotlib", "onnxruntime", "scipy.stats", "pandas")
    assert loaded_with("vne_core.evaluate", heavy) == ""
