"""The cine's controls: play, the phase as a slider, heart rate, speed, to and fro."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from app.panels.action_button import ActionButton
from app.roles import begin_role, set_role
from app.viewer.header import MENU_MARK
from app.viewer.playback import SPEEDS
from app.words import tr

SLIDER_PX = 72
_GAP_PX = 8
_TRUE_RATE = "the heart's own rate"


class CineTransport(QWidget):
    """Shows where the cine is; ``phase_chosen`` follows the slider, ``speed_chosen`` the menu."""

    phase_chosen = Signal(int)
    speed_chosen = Signal(float)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        button = ActionButton(actions["cine"], self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName(tr("Cine phase"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.setPageStep(1)
        self.slider.setMinimumWidth(SLIDER_PX)
        self.slider.setMaximumWidth(160)
        self.slider.valueChanged.connect(self.phase_chosen)
        self._phase = _figure(self, "88 / 88")
        self._time = _figure(self, "8888 / 8888 ms")
        self._rate = _figure(self, "888 bpm")
        self._speed = self._speed_button(actions)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP_PX)
        for part in (button, self.slider, self._phase, self._time, self._rate, self._speed):
            row.addWidget(part)
        self.figures = (self._phase, self._rate, self._time)
        """What can go where there is no room, the last first."""
        self._always = (button, self.slider, self._speed)
        self._times_ms: tuple[float, ...] = ()
        self._rr_ms: float | None = None
        self.set_cine((), None)

    def set_room(self, room_px: int) -> None:
        """Show as many figures as there is room for: the time goes first, the phase last."""
        for part in self.figures:
            room_px -= part.width() + _GAP_PX
            part.setHidden(room_px < self.minimumSizeHint().width())

    def minimumSizeHint(self) -> QSize:
        """Return the room for button, slider and speed: the figures can go."""
        widths = [part.minimumSizeHint().width() for part in self._always]
        widths[1] = SLIDER_PX
        return QSize(sum(widths) + 2 * _GAP_PX, super().minimumSizeHint().height())

    def set_cine(self, times_ms: tuple[float, ...], rr_ms: float | None) -> None:
        """Take the trigger times and RR interval of another cine; no times is no cine."""
        self._times_ms, self._rr_ms = times_ms, rr_ms
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(times_ms) - 1))
        for part in self._always:
            part.setVisible(bool(times_ms))
        self.slider.setEnabled(len(times_ms) > 1)
        self._rate.setText(
            f"{60_000 / rr_ms:.0f} bpm" if rr_ms else tr("no RR") if times_ms else ""
        )
        known = tr("The heart rate during the cine; at 1x it is played at this rate")
        self._rate.setToolTip(
            known if rr_ms else tr("The cine has no RR interval: 60 bpm is played")
        )
        self.show_phase(self.slider.value())

    def show_phase(self, phase: int) -> None:
        """Show where the cine is now."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(phase)
        if not self._times_ms:
            self._phase.setText(tr("no cine"))
            self._time.clear()
            return
        at = min(phase, len(self._times_ms) - 1)
        self._phase.setText(f"{at + 1} / {len(self._times_ms)}")
        cycle = f" / {self._rr_ms:.0f}" if self._rr_ms else ""
        self._time.setText(f"{self._times_ms[at]:.0f}{cycle} ms")
        self.slider.setToolTip("  ·  ".join(figure.text() for figure in self.figures))

    def show_speed(self, speed: float) -> None:
        """Show how many times the heart's own rate is played."""
        self._speed.setText(f"{speed:g}x {MENU_MARK}")
        set_role(self._speed, "quiet" if speed == 1 else "look-again")
        for action in self._speeds:
            action.setChecked(action.data() == speed)

    def _speed_button(self, actions: Mapping[str, QAction]) -> QToolButton:
        """Return the speed as a button whose menu holds all speeds and ways to play."""
        button = QToolButton(self)
        button.setAccessibleName(tr("Speed of the cine"))
        button.setToolTip(tr("Speed of the cine; 1x is {rate}").format(rate=tr(_TRUE_RATE)))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(button)
        self._speeds = []
        for speed in SPEEDS:
            words = f"{speed:g}x  {tr(_TRUE_RATE)}" if speed == 1 else f"{speed:g}x"
            action = menu.addAction(words)
            action.setData(speed)
            action.setCheckable(True)
            self._speeds.append(action)
            action.triggered.connect(lambda _=False, speed=speed: self.speed_chosen.emit(speed))
        menu.addSeparator()
        for name in ("ping-pong", "end-diastole", "rest-t1", "rest-lge"):
            menu.addAction(actions[name])
        button.setMenu(menu)
        button.setText(f"0.25x {MENU_MARK}")
        button.ensurePolished()
        button.setFixedWidth(button.sizeHint().width())
        return button


def _figure(parent: QWidget, widest: str) -> QLabel:
    """Return a label with room for its widest text, so that nothing jumps."""
    label = QLabel(widest, parent)
    begin_role(label, "quiet")
    label.ensurePolished()
    label.setFixedWidth(label.sizeHint().width() + 8)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    label.clear()
    return label
