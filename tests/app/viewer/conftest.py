"""A slice with a ventricle on it, whose truth is known, and panes that show it."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.viewer.content import PaneContent
from app.viewer.field_of_view import FieldOfView, ViewMap
from app.viewer.pane import ImagePane
from vne_core.geometry.contour import Contour, contour_from_pixels
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation

CENTRE_PX = (60.0, 50.0)
EPI_PX, ENDO_PX = 24.0, 15.0


@pytest.fixture
def plane() -> SlicePlane:
    """An oblique plane of 100 rows and 120 columns, 1.5 mm between rows and 2 mm columns."""
    row = np.array([2, 1, 0]) / np.sqrt(5)
    col = np.array([-1, 2, -3]) / np.sqrt(14)
    return SlicePlane((10.0, -40.0, 25.0), tuple(row), tuple(col), (1.5, 2.0), (100, 120), 8.0)


@pytest.fixture
def square_plane() -> SlicePlane:
    """An axial plane with 2 mm pixels, 100 rows and 120 columns."""
    return SlicePlane((0.0, 0.0, 0.0), (1.0, 0, 0), (0, 1.0, 0), (2.0, 2.0), (100, 120), 8.0)


@pytest.fixture
def circle(square_plane) -> Callable[[float], Contour]:
    """Makes a contour of 12 handles on a circle about the ventricle, by radius in pixels."""
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)

    def of_radius(radius_px: float) -> Contour:
        ring = radius_px * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        return contour_from_pixels(square_plane, ring + CENTRE_PX)

    return of_radius


@pytest.fixture
def empty() -> SliceAnnotation:
    return SliceAnnotation("slice-a", ImageKind.LGE)


@pytest.fixture
def outlined(circle, square_plane) -> SliceAnnotation:
    """A ventricle with both outlines and both regions."""
    centre = square_plane.pixel_to_patient([CENTRE_PX, (CENTRE_PX[0] + 19.5, CENTRE_PX[1])])
    return SliceAnnotation(
        "slice-a",
        ImageKind.LGE,
        epi=circle(EPI_PX),
        endo=circle(ENDO_PX),
        remote=Roi(tuple(centre[1]), 5.0),
        blood_pool=Roi(tuple(centre[0]), 12.0),
    )


@pytest.fixture
def view(square_plane) -> ViewMap:
    """A pane of 480 x 400 px where an image pixel has exactly four screen pixels a side."""
    return ViewMap(square_plane, FieldOfView(tuple(square_plane.centre_mm), 200.0), (480, 400))


@pytest.fixture
def image() -> np.ndarray:
    """Rows and columns that tell where they are: 1000 in the blood pool, 200 around it."""
    y, x = np.mgrid[:100, :120]
    inside = np.hypot(x - CENTRE_PX[0], y - CENTRE_PX[1]) < ENDO_PX
    return np.where(inside, 1000.0, 200.0).astype(np.float32)


class Hand:
    """Presses, moves and turns on a pane's image, in its own pixels or the image's."""

    def __init__(self, pane: ImagePane) -> None:
        self.pane = pane
        self.surface = pane.view.viewport()

    def at(self, x_px: float, y_px: float) -> QPoint:
        """Return the screen point of an image point."""
        x, y = self.pane.view.view_map.screen_from_pixel([(x_px, y_px)])[0]
        return QPoint(round(x), round(y))

    def press(self, at, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier):
        QTest.mousePress(self.surface, button, keys, at)

    def release(self, at, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier):
        QTest.mouseRelease(self.surface, button, keys, at)

    def move(self, at, button=Qt.MouseButton.NoButton, keys=Qt.KeyboardModifier.NoModifier):
        spot = QPointF(at)
        everywhere = QPointF(self.surface.mapToGlobal(at))
        event = QMouseEvent(
            QEvent.Type.MouseMove, spot, everywhere, Qt.MouseButton.NoButton, button, keys
        )
        QApplication.sendEvent(self.surface, event)

    def drag(
        self,
        start,
        end,
        button=Qt.MouseButton.LeftButton,
        keys=Qt.KeyboardModifier.NoModifier,
        steps=8,
    ):
        self.press(start, button, keys)
        for step in range(1, steps + 1):
            self.move(start + (end - start) * (step / steps), button, keys)
        self.release(end, button, keys)

    def click(self, at, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier):
        QTest.mouseClick(self.surface, button, keys, at)

    def double_click(self, at):
        QTest.mouseClick(self.surface, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(self.surface, Qt.MouseButton.LeftButton, pos=at)

    def turn(self, delta, at=None, keys=Qt.KeyboardModifier.NoModifier):
        at = self.surface.rect().center() if at is None else at
        event = QWheelEvent(
            QPointF(at),
            QPointF(self.surface.mapToGlobal(at)),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.surface, event)

    def leave(self):
        QApplication.sendEvent(self.pane.view, QEvent(QEvent.Type.Leave))

    def key(self, key, keys=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.pane.view, key, keys)

    def colour(self, at) -> QColor:
        """Return what the eye sees at a screen point."""
        return self.surface.grab().toImage().pixelColor(at)

    def colours(self) -> np.ndarray:
        """Return what the eye sees as RGB, shape (height, width, 3)."""
        picture = self.surface.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows, stride = picture.height(), picture.bytesPerLine()
        data = np.frombuffer(picture.constBits(), np.uint8).reshape(rows, stride)
        return data[:, : 3 * picture.width()].reshape(rows, picture.width(), 3).copy()


@pytest.fixture
def pane(qtbot, image, square_plane) -> ImagePane:
    """A pane of 480 x 400 px of image that shows four screen pixels for an image pixel."""
    pane = ImagePane("LGE")
    qtbot.addWidget(pane)
    pane.resize(480, 424)
    pane.show_content(PaneContent(image, square_plane, (0.0, 1200.0)))
    pane.show()
    qtbot.waitExposed(pane)
    pane.set_view(FieldOfView(tuple(square_plane.centre_mm), 200.0))
    return pane


@pytest.fixture
def hand(pane) -> Hand:
    return Hand(pane)
