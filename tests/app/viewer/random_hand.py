"""A hand that does anything a mouse can do with a tool, on hearts of any shape."""

import numpy as np

from app.viewer.draft import Draft
from app.viewer.editor import Editor
from app.viewer.field_of_view import FieldOfView, ViewMap
from app.viewer.outcomes import Committed
from app.viewer.tools import Tool
from vne_core.geometry.contour import Contour, contour_from_pixels, outline_px
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.shapes import flaws

PLANE = SlicePlane((0.0, 0.0, 0.0), (1.0, 0, 0), (0, 1.0, 0), (2.0, 2.0), (100, 120), 8.0)
VIEW = ViewMap(PLANE, FieldOfView(tuple(PLANE.centre_mm), 200.0), (480, 400))
CENTRE_PX = np.array([60.0, 50.0])
FOUR_KEYS = ({}, {}, {"shift": True}, {"ctrl": True})


def random_heart(rng: np.random.Generator) -> SliceAnnotation:
    """Return both borders of a ventricle as crooked as they can be and still be sound."""
    while True:
        count = rng.integers(5, 16)
        radii = rng.uniform(17, 34) * rng.uniform(0.6, 1.0, count)
        epi = star(radii, rng)
        endo = star(radii * rng.uniform(0.3, 0.9, count), rng)
        heart = SliceAnnotation("slice-a", ImageKind.LGE, epi=epi, endo=endo)
        if not flaws(heart, PLANE):
            return heart


def star(radii_px: np.ndarray, rng: np.random.Generator) -> Contour:
    turns = (np.arange(len(radii_px)) + rng.uniform(-0.3, 0.3, len(radii_px))) / len(radii_px)
    ways = np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1)
    return contour_from_pixels(PLANE, CENTRE_PX + radii_px[:, None] * ways)


def anywhere(rng: np.random.Generator) -> tuple[float, float]:
    return float(rng.uniform(-40, 520)), float(rng.uniform(-40, 440))


def on_a_contour(annotation: SliceAnnotation, rng: np.random.Generator) -> tuple[float, float]:
    """Return a screen point on any contour of the annotation, or anywhere where there is none."""
    borders = [c for c in (annotation.epi, annotation.endo) if c is not None]
    contours = [*borders, *annotation.exclusions, *annotation.inclusions]
    if not contours:
        return anywhere(rng)
    outline = outline_px(contours[rng.integers(len(contours))], PLANE)
    x, y = VIEW.screen_from_pixel(outline)[rng.integers(len(outline))]
    return float(x), float(y)


def act(editor: Editor, rng: np.random.Generator, tools: tuple[Tool, ...]) -> list[Committed]:
    """Do one thing with one of the tools; return what it committed."""
    editor.abandon()
    editor.tool = tools[rng.integers(len(tools))]
    editor.brush.radius_mm = float(rng.uniform(4, 40))
    start = on_a_contour(editor.annotation, rng) if rng.random() < 0.9 else anywhere(rng)
    deeds = (drag, drag, drag, drag, double_click, right_click, keys, draw)
    deed = deeds[rng.integers(len(deeds))]
    return [found for found in deed(editor, rng, start) if isinstance(found, Committed)]


def drag(editor, rng, start):
    editor.press(start, **FOUR_KEYS[rng.integers(4)])
    for _ in range(2):
        editor.move(anywhere(rng))
    return editor.release(start)


def double_click(editor, rng, start):
    return editor.double_click(start)


def right_click(editor, rng, start):
    return editor.right_click(start)


def keys(editor, rng, start):
    editor.press(start)
    chosen = editor.release(start)
    editor.draft.clear()
    by_px = (int(rng.integers(-9, 10)), int(rng.integers(-9, 10)))
    deeds = (editor.delete, editor.smooth, lambda: editor.nudge(by_px))
    return (*chosen, *deeds[rng.integers(3)]())


def draw(editor, rng, start):
    """Click round a crooked shape somewhere."""
    if not editor.draws:
        return ()
    count = rng.integers(3, 9)
    angles = 2 * np.pi * np.sort(rng.uniform(0, 1, count))
    radii = rng.uniform(20, 140, count)
    middle = np.array([240.0, 200.0]) + rng.uniform(-60, 60, 2)
    editor.draft = Draft()
    for angle, radius in zip(angles, radii, strict=True):
        x, y = middle + radius * np.array([np.cos(angle), np.sin(angle)])
        editor.draft.put(VIEW, (float(x), float(y)))
    return editor.close()


def new_editor(annotation: SliceAnnotation) -> Editor:
    editor = Editor()
    editor.view, editor.annotation = VIEW, annotation
    return editor
