"""Words that reach the window pass ``tr``: a bare one could never be translated."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
ROOMS = ("compose", "dialogs", "panels", "viewer")
SOURCES = sorted(path for room in ROOMS for path in (APP / room).rglob("*.py"))
METHODS = {
    "setText": 0,
    "setToolTip": -1,
    "setAccessibleName": 0,
    "setAccessibleDescription": 0,
    "setPlaceholderText": 0,
    "setWindowTitle": 0,
    "addAction": 0,
    "addTab": 1,
    "addItem": 0,
    "addRow": 0,
    "setHeaderLabels": 0,
    "say": 0,
    "showText": 1,
}
"""Qt's and our own ways to words on the screen, and which argument holds them."""
MAKERS = {
    "QLabel": 0,
    "QPushButton": 0,
    "QRadioButton": 0,
    "QCheckBox": 0,
    "QTreeWidgetItem": 0,
    "CornerLine": 0,
    "Choice": 1,
    "role_label": 0,
    "answer_buttons": 1,
}
SIGNALS = {"told", "refused", "stopped", "began"}
"""Signals whose first value is a line for the status bar."""
UNITS = {"mm", "ms", "bpm"}
PRODUCT = "VNE Reader"


def shown(call: ast.Call) -> ast.expr | None:
    """Return the argument of a call that comes to the screen, None where none does."""
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr=signal), attr="emit") if signal in SIGNALS:
            place = 0
        case ast.Attribute(attr=name) if name in METHODS:
            place = METHODS[name]
        case ast.Name(id=name) if name in MAKERS:
            place = MAKERS[name]
        case _:
            return None
    return call.args[place] if len(call.args) > max(place, 0) else None


def bare(words: ast.expr, constants: set[str]) -> Iterator[str]:
    """Give the parts of an expression that are English and do not pass ``tr``."""
    match words:
        case ast.Constant(value=str(text)):
            yield from [text] if is_prose(text) else []
        case ast.JoinedStr(values=parts):
            yield from (c.value for c in parts if isinstance(c, ast.Constant) and is_prose(c.value))
        case ast.Name(id=name) if name in constants:
            yield name
        case ast.IfExp(body=one, orelse=other):
            yield from (*bare(one, constants), *bare(other, constants))
        case ast.BoolOp(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from bare(part, constants)


def is_prose(text: str) -> bool:
    """Return whether a text has a word that is no unit and no name of ours."""
    found = "".join(c if c.isalpha() else " " for c in text.replace(PRODUCT, "")).split()
    return any(len(word) > 1 and word not in UNITS for word in found)


def constants_of(tree: ast.Module) -> set[str]:
    """Return the names of a module's own prose."""
    return {
        target.id
        for line in tree.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
        for target in line.targets
        if isinstance(target, ast.Name)
        and isinstance(line.value.value, str)
        and is_prose(line.value.value)
    }


def bare_words(source: str) -> list[str]:
    """Return every bare word of a module with its line."""
    tree = ast.parse(source)
    constants = constants_of(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        f"{call.lineno}: {text}"
        for call in calls
        if (words := shown(call)) is not None
        for text in bare(words, constants)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(APP)))
def test_words_for_the_screen_can_be_translated(path):
    assert bare_words(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        'label.setText("Fold away")',
        'status.say(f"Slice {at} confirmed.")',
        'QLabel("Series" if is_one else tr("All series"))',
        'HINT = "Drag an end"\nbar.setToolTip(HINT)',
        'self.refused.emit("the outlines are hidden")',
        'tree.setHeaderLabels(["Reason", tr("Files")])',
    ],
)
def test_a_bare_word_is_noticed(line):
    assert bare_words(line)


@pytest.mark.parametrize(
    "line",
    [
        'label.setText(tr("Fold away"))',
        'label.setText(f"{value:.1f} mm")',
        'QLabel("VNE Reader")',
        'pane.setObjectName("PaneTitle")',
        'status.say(tr("Slice {number} confirmed.").format(number=at))',
    ],
)
def test_what_is_no_bare_word_is_left_alone(line):
    assert bare_words(line) == []
