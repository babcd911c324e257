import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("vne_core/**/*.py")])
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}
FILE_WALL_LINES = 500
WINDOW_WALL_LINES = 300
CLASS_WALL_METHODS = 25
FUNCTION_MEDIAN_LINES = 10
FUNCTION_P95_LINES = 40
FUNCTION_WALL_LINES = 60


def functions():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node, body_lines(node)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code in the body: the docstring is documentation, not length."""
    body = node.body
    is_documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    code = body[1:] if is_documented else body
    return code[-1].end_lineno - code[0].lineno + 1 if code else 1


def test_no_file_is_longer_than_the_wall():
    lengths = {str(p.relative_to(ROOT)): p.read_text().count("\n") for p in SOURCES}
    assert {p: n for p, n in lengths.items() if n > FILE_WALL_LINES} == {}


def test_the_main_window_and_each_viewer_file_stay_under_300_lines():
    watched = [ROOT / "app/main_window.py", *ROOT.glob("app/viewer/*.py")]
    lengths = {p.name: p.read_text().count("\n") for p in watched}
    assert {p: n for p, n in lengths.items() if n > WINDOW_WALL_LINES} == {}


def test_functions_stay_short():
    lengths = sorted(lines for _, _, lines in functions())
    assert statistics.median(lengths) < FUNCTION_MEDIAN_LINES
    assert lengths[int(len(lengths) * 0.95)] <= FUNCTION_P95_LINES
    long = [(p.name, f.name, n) for p, f, n in functions() if n > FUNCTION_WALL_LINES]
    assert long == []


def test_no_class_has_more_than_25_methods():
    crowded = [
        (path.name, node.name)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and sum(isinstance(item, ast.FunctionDef) for item in node.body) > CLASS_WALL_METHODS
    ]
    assert crowded == []


def test_package_files_hold_a_docstring_and_nothing_else():
    for path, tree in TREES.items():
        if path.name == "__init__.py":
            assert len(tree.body) == 1, path
            assert ast.get_docstring(tree), path


def test_public_functions_and_classes_are_documented():
    bare = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []
