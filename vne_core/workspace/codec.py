"""Facts as JSON text and back, number for number (``repr`` of a float is exact)."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane, Vector, plane_of_fields
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation
from vne_core.study.rules import RemoteBlood, ThresholdRule
from vne_core.workspace.failures import WorkspaceDamagedError

_RULES = {"remote-blood": RemoteBlood}
_Member = TypeVar("_Member", bound=StrEnum)


def canonical(value: Any) -> str:
    """Return JSON text that is the same for equal values: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def utc_now() -> str:
    """Return the moment as a workspace stores it, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat()


def member_of(names: type[_Member], text: str) -> _Member:
    """Return the member that a stored text names; raises WorkspaceDamagedError for another text."""
    try:
        return names(text)
    except ValueError as error:
        raise WorkspaceDamagedError(
            f"the workspace holds the {names.__name__.lower()} {text!r}",
            f"one of {', '.join(names)}",
            "restore the workspace from a copy",
        ) from error


def plane_to_text(plane: SlicePlane) -> str:
    """Return a plane as canonical JSON."""
    return canonical(asdict(plane))


def plane_from_text(text: str) -> SlicePlane:
    """Return the plane of ``plane_to_text``."""
    return plane_of_fields(json.loads(text))


def annotation_to_text(annotation: SliceAnnotation) -> str:
    """Return what was drawn as canonical JSON; slice, image, author and revision are columns."""
    return canonical(
        {
            "epi": _points(annotation.epi),
            "endo": _points(annotation.endo),
            "remote": _circle(annotation.remote),
            "blood_pool": _circle(annotation.blood_pool),
            "septal": _circle(annotation.septal),
            "exclusions": [_points(contour) for contour in annotation.exclusions],
            "inclusions": [_points(contour) for contour in annotation.inclusions],
            "rv_insertion": annotation.rv_insertion,
            "rule": _rule_to_json(annotation.rule),
            "origin": annotation.origin,
            "confirmed": annotation.confirmed,
        }
    )


def annotation_from_text(
    text: str, slice_id: str, image_kind: str, author: str, revision: int
) -> SliceAnnotation:
    """Return the annotation of ``annotation_to_text`` with its columns.

    Raises WorkspaceDamagedError for text that is not one.
    """
    try:
        body = json.loads(text)
        return SliceAnnotation(
            slice_id=slice_id,
            image_kind=ImageKind(image_kind),
            epi=_contour(body["epi"]),
            endo=_contour(body["endo"]),
            remote=_roi(body["remote"]),
            blood_pool=_roi(body["blood_pool"]),
            septal=_roi(body.get("septal")),  # absent in rows stored before regions of T1
            exclusions=tuple(Contour(points) for points in body["exclusions"]),
            inclusions=tuple(Contour(points) for points in body["inclusions"]),
            rv_insertion=_vector(body["rv_insertion"]),
            rule=_rule_from_json(body["rule"]),
            author=author,
            revision=revision,
            origin=Origin(body["origin"]),
            confirmed=body["confirmed"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceDamagedError(
            f"revision {revision} of slice {slice_id} ({image_kind}) cannot be read",
            "an annotation as this software writes it",
            "restore the workspace from a copy",
        ) from error


def _points(contour: Contour | None) -> list[list[float]] | None:
    return None if contour is None else contour.points_mm.tolist()


def _contour(points_mm: list[list[float]] | None) -> Contour | None:
    return None if points_mm is None else Contour(points_mm)


def _circle(roi: Roi | None) -> dict[str, Any] | None:
    if roi is None:
        return None
    return {"centre_mm": list(map(float, roi.centre_mm)), "radius_mm": float(roi.radius_mm)}


def _roi(circle: dict[str, Any] | None) -> Roi | None:
    if circle is None:
        return None
    x_mm, y_mm, z_mm = circle["centre_mm"]
    return Roi((x_mm, y_mm, z_mm), circle["radius_mm"])


def _vector(value: list[float] | None) -> Vector | None:
    if value is None:
        return None
    x_mm, y_mm, z_mm = value
    return (x_mm, y_mm, z_mm)


def _rule_to_json(rule: ThresholdRule) -> dict[str, Any]:
    return {"name": "remote-blood", "levels": list(rule.levels)}


def _rule_from_json(rule: dict[str, Any]) -> ThresholdRule:
    return _RULES[rule["name"]](tuple(rule["levels"]))
