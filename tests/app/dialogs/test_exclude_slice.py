import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QRadioButton

from app.dialogs.exclude_slice import ExcludeSliceDialog
from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion, Stage

ON_THE_BOX_PX = 8


@pytest.fixture
def dialog(qtbot):
    current = SliceExclusion("slice", frozenset({Scope.QUANTIFICATION}))
    opened = ExcludeSliceDialog("slice 2", current)
    qtbot.addWidget(opened)
    opened.show()
    return opened


def press(qtbot, dialog, words):
    boxes = [*dialog.findChildren(QCheckBox), *dialog.findChildren(QRadioButton)]
    box = next(box for box in boxes if box.text().startswith(words))
    at = QPoint(ON_THE_BOX_PX, box.height() // 2)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=at)


def test_the_answer_is_what_the_boxes_say(qtbot, dialog):
    press(qtbot, dialog, "Quality scoring")
    press(qtbot, dialog, "Coil problem")
    press(qtbot, dialog, "Retrospective consensus")
    dialog._note.setText("  with ben ")
    assert dialog.answer() == SliceExclusion(
        "slice",
        frozenset({Scope.SCORING, Scope.QUANTIFICATION}),
        ExclusionReason.COIL,
        Stage.CONSENSUS,
        "with ben",
    )


def test_with_every_box_empty_the_slice_is_taken_in_again(qtbot, dialog):
    press(qtbot, dialog, "Quantification")
    assert not dialog.answer().is_in_force
    assert not dialog._note.isEnabled()
