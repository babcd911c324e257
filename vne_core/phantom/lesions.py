"""Where fibrosis lies in a patient: insertion points, mid-wall patches, confluent, transmural."""

from collections.abc import Callable

import numpy as np

from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.config import LesionMix
from vne_core.phantom.fibrosis import Lesion
from vne_core.phantom.seeds import Piece, stream

KINDS = ("insertion", "mid-wall", "confluent", "transmural")
EXTENT_SPREAD = 0.38
"""Standard deviation of the logarithm of a patient's lesion sizes."""
MOST_PATCHES = 4


def draw_lesions(
    mix: LesionMix, heart: HeartShape, seed: int, index: int
) -> tuple[tuple[str, ...], tuple[Lesion, ...]]:
    """Return the kinds of focal fibrosis a patient has and its foci; none in a negative one."""
    whole = stream(seed, index, Piece.LESIONS)
    is_negative = whole.random() < mix.negative_share
    has = whole.random(len(KINDS)) < (mix.insertion, mix.mid_wall, mix.confluent, mix.transmural)
    extent = mix.extent * float(np.exp(EXTENT_SPREAD * whole.standard_normal()))
    if is_negative:
        return (), ()
    if not has.any():
        has[int(np.argmax((mix.insertion, mix.mid_wall, mix.confluent, mix.transmural)))] = True
    found: list[Lesion] = []
    for place, kind in enumerate(KINDS):
        rng = stream(seed, index, Piece.LESIONS, 1 + place)
        if has[place]:
            found += _FOCI[kind](mix, heart, extent, rng)
    return tuple(kind for kind, there in zip(KINDS, has, strict=True) if there), tuple(found)


def _insertion(
    mix: LesionMix, heart: HeartShape, extent: float, rng: np.random.Generator
) -> list[Lesion]:
    """Return foci at both points where the right ventricle meets the septum."""
    return [
        _lesion(
            heart,
            angle_deg=angle + rng.normal(0, 4),
            depth=rng.uniform(0.5, 0.75),
            w_mm=rng.uniform(-26, 6),
            along_mm=extent * rng.uniform(3.8, 6.5),
            across_mm=extent * rng.uniform(2.2, 3.8),
            axial_mm=extent * rng.uniform(14, 28),
            strength=mix.strength.draw(rng),
        )
        for angle in (heart.anterior_insertion_deg - 5, heart.inferior_insertion_deg + 5)
    ]


def _mid_wall(
    mix: LesionMix, heart: HeartShape, extent: float, rng: np.random.Generator
) -> list[Lesion]:
    """Return patches in the middle of the thickened wall."""
    count = int(rng.integers(2, MOST_PATCHES + 1))
    return [
        _lesion(
            heart,
            angle_deg=_thick_angle(heart, 32.0, rng),
            depth=rng.uniform(0.35, 0.65),
            w_mm=_thick_level(heart, 18.0, rng),
            along_mm=extent * rng.uniform(4.5, 10),
            across_mm=extent * rng.uniform(1.5, 3.0),
            axial_mm=extent * rng.uniform(8, 22),
            strength=mix.strength.draw(rng),
        )
        for _ in range(count)
    ]


def _confluent(
    mix: LesionMix, heart: HeartShape, extent: float, rng: np.random.Generator
) -> list[Lesion]:
    """Return one large focus in the thickened wall."""
    return [
        _lesion(
            heart,
            angle_deg=_thick_angle(heart, 22.0, rng),
            depth=rng.uniform(0.4, 0.6),
            w_mm=_thick_level(heart, 12.0, rng),
            along_mm=extent * rng.uniform(9, 16),
            across_mm=extent * heart.septum_mm * rng.uniform(0.16, 0.26),
            axial_mm=extent * rng.uniform(14, 28),
            strength=mix.strength.draw(rng),
        )
    ]


def _transmural(
    mix: LesionMix, heart: HeartShape, extent: float, rng: np.random.Generator
) -> list[Lesion]:
    """Return one dense scar through the whole wall."""
    return [
        _lesion(
            heart,
            angle_deg=_thick_angle(heart, 45.0, rng),
            depth=0.5,
            w_mm=_thick_level(heart, 14.0, rng),
            along_mm=extent * rng.uniform(7, 13),
            across_mm=heart.septum_mm * rng.uniform(0.45, 0.7),
            axial_mm=extent * rng.uniform(10, 20),
            strength=max(0.8, mix.strength.draw(rng)),
        )
    ]


_FOCI: dict[str, Callable[[LesionMix, HeartShape, float, np.random.Generator], list[Lesion]]] = {
    "insertion": _insertion,
    "mid-wall": _mid_wall,
    "confluent": _confluent,
    "transmural": _transmural,
}


def _thick_angle(heart: HeartShape, spread_deg: float, rng: np.random.Generator) -> float:
    """Return an angle in the thickened part of the wall, wider where the wall swells all around."""
    wide = 1 + 1.5 * np.exp(-heart.thick_concentration)
    return heart.septum_deg + wide * spread_deg * float(np.clip(rng.standard_normal(), -2, 2))


def _thick_level(heart: HeartShape, spread_mm: float, rng: np.random.Generator) -> float:
    """Return a level along the ventricle where the wall is thick and slices lie."""
    middle = heart.thick_w_mm if heart.thick_reach_mm < 100 else -6.0
    return float(np.clip(rng.normal(middle, spread_mm), -32, 30))


def _lesion(heart: HeartShape, **where: float) -> Lesion:
    """Return a focus with its angle in the circle and its sizes within what a wall can hold."""
    limits = {"along_mm": (1, 40), "across_mm": (1, 15), "axial_mm": (3, 60), "w_mm": (-44, 50)}
    held = {
        name: float(np.clip(value, *limits[name])) if name in limits else value
        for name, value in where.items()
    }
    held["angle_deg"] %= 360.0
    held["across_mm"] = min(held["across_mm"], heart.septum_mm)
    return Lesion(**held)
