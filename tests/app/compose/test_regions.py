"""A reference region that lies elsewhere is measured, and the tool panel says so."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtTest import QTest

from app.compose.export import write_burden
from app.panels.style import current_theme
from tests.app.compose.test_reader import outline
from vne_core.geometry.roi import Roi
from vne_core.phantom.truth import load_truth
from vne_core.quantify.burden import LesionBurden
from vne_core.study.annotation import ImageKind


def put_remote_beyond_the_wall(session) -> None:
    before = session.annotation
    step = session.images.plane.row_dir
    outside = tuple(v + 60 * d for v, d in zip(before.remote.centre_mm, step, strict=True))
    session.commit(before, replace(before, remote=Roi(outside, 3.0)))


def pixels_of(widget) -> set[str]:
    image = widget.grab().toImage()
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_regions_where_they_belong_are_not_spoken_of(open_window, workspace, demo_folder):
    reader = open_window(workspace)
    for index in range(3):
        reader.session.show_slice(index)
        outline(reader, demo_folder)
        assert isinstance(reader.session.burden, LesionBurden)
        assert not any("outside" in text for text in reader.page.tools.texts())


def test_a_remote_region_beyond_the_wall_is_an_amber_line(open_window, workspace, demo_folder):
    reader = open_window(workspace)
    session = reader.session
    outline(reader, demo_folder)
    put_remote_beyond_the_wall(session)
    (note,) = [text for text in reader.page.tools.texts() if "remote region" in text]
    assert note.startswith("The whole remote region lies outside the myocardium")
    assert note.endswith("mm away.")
    label = reader.page.tools._region_note
    assert label.isVisible()
    assert current_theme().look_again in pixels_of(label)
    session.show_slice(2)
    assert "Look again at the regions of slice 1." in reader.page.tools.texts()


def test_the_exported_table_carries_the_note(open_window, workspace, demo_folder, tmp_path):
    reader = open_window(workspace)
    session = reader.session
    outline(reader, demo_folder)
    put_remote_beyond_the_wall(session)
    write_burden(session, reader.vne.model, tmp_path / "b.csv")()
    assert "the whole remote region lies outside" in (tmp_path / "b.csv").read_text()


def click_insertion(reader, point_mm) -> None:
    """Put the RV insertion by its key and a click on the LGE."""
    QTest.keySequence(reader.window, QKeySequence("J"))
    view = reader.page.panes.pane(ImageKind.LGE).view
    x, y = view.view_map.screen_from_mm([point_mm])[0]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))


def test_an_insertion_at_the_inferior_end_of_the_septum_is_taken_and_doubted(
    open_window, workspace, demo_folder, qtbot
):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    truth = load_truth(demo_folder / "demo" / "truth").slice_at(reader.session.images.plane)
    truth = truth.annotation(reader.session.annotation.slice_id, ImageKind.LGE)
    click_insertion(reader, truth.rv_insertion)
    assert reader.session.annotation.rv_insertion is not None
    assert "inferior side" not in reader.window.status.message
    view = reader.page.panes.pane(ImageKind.LGE).view
    centre = view.view_map.screen_from_mm([truth.endo.points_mm.mean(axis=0)])[0]
    anterior = view.view_map.screen_from_mm([truth.rv_insertion])[0]
    inferior = (anterior[0], 2 * centre[1] - anterior[1])
    click_insertion(reader, view.view_map.mm_from_screen([inferior])[0])
    moved = view.view_map.screen_from_mm([reader.session.annotation.rv_insertion])[0]
    assert np.allclose(moved, inferior, atol=1.5)
    assert reader.window.status.message == (
        "Slice 1: the RV insertion lies on the inferior side of the septum; "
        "the segments begin at the anterior one."
    )
    note = reader.page.tools._segment_notice
    qtbot.waitUntil(lambda: "inferior side" in note.text())
