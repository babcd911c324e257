"""Ten thousand gestures of every kind on hundreds of random hearts.

What is sound is judged another way than the editor judges it.
"""

import numpy as np
import pytest

from app.viewer.tools import Tool
from tests.app.viewer.random_hand import PLANE, act, new_editor, random_heart
from tests.vne_core.geometry.meeting_edges import crosses_itself, lies_inside
from vne_core.geometry.contour import outline_px

HEARTS, GESTURES = 50, 20
"""On each of ten seeds: 10 x 50 x 20 = 10,000 gestures."""
CONTOUR_TOOLS = (Tool.EPI, Tool.ENDO, Tool.EPI, Tool.ENDO, Tool.EXCLUDE, Tool.INCLUDE)


@pytest.mark.parametrize("seed", range(10))
def test_no_gesture_makes_a_contour_cross_itself_or_lets_the_endocardium_out(seed):
    rng = np.random.default_rng(seed)
    changed = 0
    for _ in range(HEARTS):
        editor = new_editor(random_heart(rng))
        for _ in range(GESTURES):
            changed += len(act(editor, rng, CONTOUR_TOOLS))
            assert_sound(editor.annotation)
    assert changed > HEARTS * GESTURES / 3


def assert_sound(annotation) -> None:
    borders = [c for c in (annotation.epi, annotation.endo) if c is not None]
    outlines = [outline_px(c, PLANE) for c in borders]
    regions = [outline_px(c, PLANE) for c in (*annotation.exclusions, *annotation.inclusions)]
    for outline in (*outlines, *regions):
        assert not crosses_itself(outline)
    if len(outlines) == 2:
        assert lies_inside(*outlines)
