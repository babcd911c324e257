import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialogButtonBox,
    QRadioButton,
    QWidget,
)

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


@pytest.fixture
def window(qtbot):
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    return shown


def answered(qtbot, window, current, words: str, reason: str = ""):
    """Return what the dialog gives after a reason and a press on the button ``words``."""

    def press_button():
        dialog = QApplication.activeModalWidget()
        try:
            if reason:
                press(qtbot, dialog, reason)
            box = dialog.findChild(QDialogButtonBox)
            button = next(one for one in box.buttons() if one.text().replace("&", "") == words)
            assert button.isEnabled()
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(0, press_button)
    return ExcludeSliceDialog.ask(window, "slice 2", current, "slice")


def test_a_stored_exclusion_that_is_kept_as_it_is_changes_nothing(qtbot, window):
    scopes = frozenset({Scope.SCORING})
    stored = SliceExclusion("slice", scopes, ExclusionReason.COIL, note="tattoo", author="ana")
    assert answered(qtbot, window, stored, "Exclude") is None


def test_a_slice_is_excluded_from_quantification_unless_the_reader_says_otherwise(qtbot, window):
    taken = answered(qtbot, window, None, "Exclude", reason="Severe artefact")
    scopes = frozenset({Scope.QUANTIFICATION})
    assert taken == SliceExclusion("slice", scopes, ExclusionReason.ARTEFACT)
    assert answered(qtbot, window, None, "Cancel") is None


def test_a_reason_of_ones_own_needs_its_words(dialog):
    taking = dialog._buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not taking.isEnabled()
    dialog._note.setText("tattoo over the heart")
    assert taking.isEnabled()
