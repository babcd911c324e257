"""The palettes against the contract of looks and against WCAG 2.1 contrast."""

import pytest
from PySide6.QtGui import QPixmap, QPixmapCache

from app.panels.style import DARK, LIGHT, apply_theme

CONTRACT = {
    "window": "#17191d",
    "panel": "#1f2227",
    "raised": "#282c32",
    "line": "#363b43",
    "text": "#dfe2e6",
    "quiet": "#9097a1",
    "accent": "#4c9ffe",
    "good": "#66bb6a",
    "look_again": "#f5b942",
    "stop": "#ef5350",
}
LEAST_CONTRAST = 4.5
"""WCAG 2.1, success criterion 1.4.3, for text of ordinary size."""


def test_the_dark_palette_is_the_contracts():
    assert {part: getattr(DARK, part) for part in CONTRACT} == CONTRACT


def test_pictures_drawn_in_other_colours_are_not_kept(qapp):
    apply_theme(qapp, "dark")
    QPixmapCache.insert("drawn in dark", QPixmap(20, 20))
    assert not QPixmapCache.find("drawn in dark").isNull()
    apply_theme(qapp, "light")
    kept = QPixmapCache.find("drawn in dark")
    qapp.setStyleSheet("")
    assert kept is None or kept.isNull()


def test_the_light_palette_is_no_inversion():
    for part in CONTRACT:
        dark = int(getattr(DARK, part)[1:], 16)
        assert int(getattr(LIGHT, part)[1:], 16) != 0xFFFFFF - dark


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    "ground, inks",
    [
        ("window", ("text", "quiet", "accent", "good", "look_again", "stop")),
        ("panel", ("text", "quiet", "accent", "good", "look_again", "stop")),
        ("raised", ("text", "quiet", "accent")),
    ],
)
def test_words_stand_out_from_what_they_are_on(theme, ground, inks):
    seen = {ink: contrast(getattr(theme, ink), getattr(theme, ground)) for ink in inks}
    assert {ink: ratio for ink, ratio in seen.items() if ratio < LEAST_CONTRAST} == {}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_words_stand_out_from_the_accent(theme):
    assert contrast(theme.on_accent, theme.accent) >= LEAST_CONTRAST


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two sRGB colours, WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
