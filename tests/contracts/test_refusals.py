"""Every refusal reads as a sentence: "found; needed: what; do this"."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("vne_core/**/*.py")])
TREES = {path: ast.parse(path.read_text()) for path in SOURCES}
LEADING_WORDS = {"FileRefusedError": 1, "RefusedAnswer": 1}
"""Arguments before ``found``."""
VERBS = ("is ", "are ", "has ", "have ", "needs ", "need ", "needed ")


def error_names() -> set[str]:
    names = {"VneError"}
    for _ in range(4):
        names |= {
            node.name
            for tree in TREES.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            and any(isinstance(base, ast.Name) and base.id in names for base in node.bases)
        }
    return names - {node.name for node in own_words()}


def own_words():
    """Yield the refusals that take a fact and find the words themselves."""
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name not in ("VneError", *LEADING_WORDS):
                names = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
                if "__init__" in names:
                    yield node


def refusals():
    """Yield place and the texts of found, needed and action, each value as X."""
    names = error_names()
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id not in names:
                    continue
                parts = node.args[LEADING_WORDS.get(node.func.id, 0) :]
                keywords = {word.arg: words(word.value) for word in node.keywords}
                found, needed, action = (*map(words, parts), "", "", "")[:3]
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield place, found, needed or keywords.get("needed", ""), (
                    action or keywords.get("action", "")
                )  # fmt: skip


def words(node: ast.expr) -> str:
    """Return a text as it is told, with X for every value in it; a variable alone is empty."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(p.value if isinstance(p, ast.Constant) else "X" for p in parts)
        case _:
            return ""


def test_what_was_needed_is_a_thing_and_no_clause():
    wrong = [
        (place, needed)
        for place, _, needed, _ in refusals()
        if needed.endswith((".", ";", " needed")) or needed.startswith(VERBS)
    ]
    assert wrong == []


def test_what_was_found_is_more_than_a_value_and_has_no_full_stop():
    wrong = [
        (place, found)
        for place, found, _, _ in refusals()
        if found == "X" or found.endswith((".", ";", ","))
    ]
    assert wrong == []


def test_an_action_is_an_imperative_without_a_full_stop():
    wrong = [
        (place, action)
        for place, _, _, action in refusals()
        if action and (action.endswith(".") or action[0] in "-X" or action[0].isupper())
    ]
    assert wrong == []
