"""T1 table, folding sections, history and jobs."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout

from app.panels.history import FIRST, History
from app.panels.job_strip import JobStrip
from app.panels.rows import JobRow, JobState, T1Row
from app.panels.section import Section
from app.panels.t1_table import T1Table

RUNNING = JobRow(
    "Reading headers", JobState.RUNNING, "09:15:02", "3 of 9", "about 8 s left",
    "Storing pixels", "", ("09:15:02  started",),
)  # fmt: skip
FAILED = JobRow(
    "Reading headers", JobState.FAILED, "09:10:00", outcome="The disk is full. To try: free space.",
    log=("09:10:00  started", "09:10:09  The disk is full."),
)  # fmt: skip


def test_a_table_of_t1_shows_numbers_dashes_and_one_note(shown):
    table = shown(T1Table())
    few = "Septum: 12 pixels, fewer than 20."
    whole = T1Row("Myocardium", "1006", "1003", "44", "1782")
    table.show_rows([whole, T1Row("Septum", "990", "988", "31", "12", few, is_small=True)])
    assert table.texts()[0] == ["Myocardium", "1006", "1003", "44", "1782"]
    assert table.note == few
    table.show_rows([])
    assert table.texts()[1][1:] == ["–"] * 4  # noqa: RUF001


def test_numbers_of_another_width_move_nothing(shown):
    table = shown(T1Table(), 290, 80)
    table.show_rows([T1Row("Myocardium", "1006", "1003", "44", "1782"), T1Row("Septum")])
    before = [cell.geometry() for cell in table._cells[0]]
    table.show_rows([T1Row("Myocardium", "9", "9", "4", "2"), T1Row("Septum")])
    assert [cell.geometry() for cell in table._cells[0]] == before


def test_a_section_folds_and_unfolds_by_its_heading_and_by_key(shown):
    content, words = QVBoxLayout(), QLabel("words")
    content.addWidget(words)
    section = shown(Section("T1 of this slice", content))
    folded = []
    section.toggled.connect(folded.append)
    QTest.mouseClick(section.head, Qt.MouseButton.LeftButton)
    assert not words.isVisible()
    section.head.setFocus()
    QTest.keyClick(section.head, Qt.Key.Key_Space)
    assert words.isVisible()
    assert folded == [False, True]


def test_a_step_clicked_in_the_history_is_gone_back_to(shown):
    stack, history = QUndoStack(), shown(History(), 300, 300)
    history.set_stack(stack)
    for name in ("Draw epicardium, slice 1", "Move epicardium, slice 1"):
        stack.push(QUndoCommand(name))
    view = history.view
    rows = [view.model().index(at, 0).data() for at in range(view.model().rowCount())]
    assert rows == [FIRST, "Draw epicardium, slice 1", "Move epicardium, slice 1"]
    at = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert stack.index() == 1
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert stack.index() == 0


def test_the_jobs_are_listed_with_state_progress_and_time(shown):
    strip = shown(JobStrip(), 1000, 260)
    strip.toggle_panel()
    strip.panel.show_rows([RUNNING, FAILED])
    assert strip.panel.texts() == [
        ["Reading headers", "running", "3 of 9", "09:15:02", "about 8 s left"],
        ["Reading headers", "failed", "", "09:10:00", ""],
    ]
    assert strip.panel.log.toPlainText() == "09:15:02  started"


def test_a_failed_job_says_what_happened_and_what_to_try(shown):
    strip = shown(JobStrip(), 1000, 260)
    strip.toggle_panel()
    strip.panel.show_rows([RUNNING, FAILED])
    strip.panel.list.setFocus()
    QTest.keyClick(strip.panel.list, Qt.Key.Key_Down)
    assert strip.panel.advice == "The disk is full. To try: free space."
    assert "The disk is full." in strip.panel.log.toPlainText()
    assert not strip.panel.cancel.isEnabled()


def test_the_running_job_is_cancelled_from_the_panel(shown, qtbot):
    strip = shown(JobStrip(), 1000, 260)
    strip.toggle_panel()
    strip.panel.show_rows([RUNNING])
    with qtbot.waitSignal(strip.cancel_requested):
        QTest.mouseClick(strip.panel.cancel, Qt.MouseButton.LeftButton)


def test_the_line_of_a_job_goes_and_the_panel_stays_until_it_is_closed(shown):
    strip = shown(JobStrip(), 1000, 260)
    strip.begin("Reading headers…")
    strip.toggle_panel()
    strip.end()
    assert strip.isVisible()
    assert not strip.line.cancel.isVisible()
    QTest.mouseClick(strip.panel.close_list, Qt.MouseButton.LeftButton)
    assert not strip.isVisible()
