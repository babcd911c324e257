import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("vne_core/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/test_*.py"))
CATCH_ALL = {"app/errors.py", "vne_core/jobs/run.py", "vne_core/dicom/door.py"}
STYLE_FILE = "app/panels/style.py"
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "util", "helper", "misc"}


def where(pattern: str, paths=SOURCES) -> set[str]:
    expression = re.compile(pattern)
    return {str(p.relative_to(ROOT)) for p in paths if expression.search(p.read_text())}


def test_only_three_files_catch_every_exception():
    assert where(r"except Exception\b|except:") <= CATCH_ALL


def test_whoever_catches_even_an_interrupt_raises_it_again():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and "BaseException" in ast.unparse(node)[:40]:
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                assert raises or str(path.relative_to(ROOT)) in CATCH_ALL, path


def test_nothing_is_left_to_do_in_a_comment():
    assert where(r"#\s*(TODO|FIXME|XXX|HACK)\b") == set()


def test_no_module_is_named_for_nothing():
    assert [
        p for p in SOURCES if set(p.relative_to(ROOT).with_suffix("").parts) & VAGUE_NAMES
    ] == []


def test_no_pickle_is_read_or_written():
    assert where(r"\b(import pickle|allow_pickle=True|weights_only=False|import shelve)") == set()


def test_style_sheets_are_set_in_one_file():
    assert where(r"\.setStyleSheet\(") <= {STYLE_FILE}


def test_comment_banners_stay_out():
    assert where(r"(?m)^\s*#\s*[-=*#]{4,}") == set()


def test_test_names_say_what_happens():
    assert where(r"def test_\w*(works|correctly)(_|\b)", TESTS) == set()


def test_tests_wait_for_conditions_and_never_for_time():
    assert where(r"qtbot\.wait\(|QTest\.qWait\(", TESTS) == set()
