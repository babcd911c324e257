import re

import pytest
from PySide6.QtGui import QColor

from app.panels.icons import icon
from app.panels.style import DARK, LIGHT, apply_theme
from vne_core.packaged import resource

DRAWINGS = sorted(resource("icons").glob("*.svg"))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_an_icon_is_a_line_drawing_of_one_weight_on_20_pixels(path):
    drawing = path.read_text()
    assert 'viewBox="0 0 20 20"' in drawing
    assert set(re.findall(r'stroke-width="([^"]+)"', drawing)) == {"1.5"}
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', drawing)) == {"currentColor", "none"}


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_an_icon_is_drawn_within_its_square_in_the_themes_colour(path, qapp):
    for theme in (DARK, LIGHT):
        apply_theme(qapp, theme.name)
        image = icon(path.stem).pixmap(20, 20).toImage()
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        inked = [at for at in places if image.pixelColor(*at).alpha() > 150]
        assert len(inked) > 8
        wanted = QColor(theme.text)
        for at in inked:
            drawn = image.pixelColor(*at)
            parts = zip(drawn.getRgb()[:3], wanted.getRgb()[:3], strict=True)
            assert all(abs(is_ - should) <= 24 for is_, should in parts)
        edge = image.width() - 1
        rim = [at for at in places if at[0] in {0, edge} or at[1] in {0, edge}]
        assert all(image.pixelColor(*at).alpha() < 64 for at in rim)
    qapp.setStyleSheet("")
