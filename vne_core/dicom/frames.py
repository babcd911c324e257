"""The frames of an object: one of a classic MR image, many of an enhanced one (PS3.3 C.7.6.16).

Nothing is assumed: an image whose spacing, position or orientation is absent is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vne_core.dicom.clock import seconds_of_moment, seconds_since_study
from vne_core.dicom.header import FrameHeader
from vne_core.dicom.limits import FileRefusedError
from vne_core.dicom.values import Values
from vne_core.geometry.plane import PlaneError, SlicePlane, Vector

SMALLEST_SPACING_MM, LARGEST_SPACING_MM = 0.01, 100.0
"""Pixels outside this are a damaged header: MR microscopy and scouts lie well within."""
FARTHEST_MM: Final = 10_000.0
"""No scanner's table puts an image this far from its centre."""
LARGEST_REAL_VALUE: Final = 1e30
"""Beyond this, sums of real values no longer fit in 32-bit floats."""
_LARGEST_STORED_VALUE: Final = 1 << 32
_INVERSION_RECOVERY: Final = "IR"


@dataclass(frozen=True, slots=True)
class _Geometry:
    """Position, orientation and spacing as the header has them, empty where it has none."""

    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    thickness_mm: float | None

    def plane(self, shape_px: tuple[int, int]) -> SlicePlane:
        """Return the plane. Raises FileRefusedError where part of it is absent or no plane."""
        absent = [
            name
            for name, numbers, count in (
                ("pixel spacing", self.spacing, 2),
                ("image position", self.position, 3),
                ("image orientation", self.orientation, 6),
            )
            if len(numbers) != count
        ]
        if absent:
            raise FileRefusedError(
                "no-geometry",
                f"has no {' and no '.join(absent)}",
                "all three, to place the image in the patient",
                "export the original images of the scanner",
            )
        self._require_plausible()
        try:
            return SlicePlane(
                origin_mm=_vector(self.position),
                row_dir=_vector(self.orientation[:3]),
                col_dir=_vector(self.orientation[3:]),
                spacing_mm=(self.spacing[0], self.spacing[1]),
                shape_px=shape_px,
                thickness_mm=self.thickness_mm or None,
            )
        except PlaneError as error:
            raise FileRefusedError("bad-geometry", error.found, error.needed) from error

    def _require_plausible(self) -> None:
        """Refuse numbers that no scanner measures: distances and areas would follow them."""
        if not all(SMALLEST_SPACING_MM <= abs(s) <= LARGEST_SPACING_MM for s in self.spacing if s):
            found = f"pixels of {self.spacing[0]:g} x {self.spacing[1]:g} mm"
            needed = f"{SMALLEST_SPACING_MM:g} to {LARGEST_SPACING_MM:g} mm"
            raise FileRefusedError("bad-geometry", found, needed)
        if max(map(abs, self.position)) > FARTHEST_MM:
            found = f"an image {max(map(abs, self.position)):g} mm from the scanner's centre"
            raise FileRefusedError("bad-geometry", found, f"at most {FARTHEST_MM:g} mm")


def classic_frames(values: Values, shape_px: tuple[int, int]) -> tuple[FrameHeader, ...]:
    """Return the one frame of a classic object."""
    slope, intercept = _rescale(values)
    geometry = _Geometry(
        values.numbers("ImagePositionPatient"),
        values.numbers("ImageOrientationPatient"),
        values.numbers("PixelSpacing"),
        values.number("SliceThickness"),
    )
    frame = FrameHeader(
        number=1,
        plane=geometry.plane(shape_px),
        image_type=values.texts("ImageType"),
        trigger_time_ms=values.number("TriggerTime"),
        inversion_time_ms=_classic_inversion_time_ms(values),
        echo_time_ms=values.number("EchoTime"),
        acquisition_time_s=_acquisition_time_s(values),
        slope=slope,
        intercept=intercept,
        comments=values.text("ImageComments"),
    )
    return (frame,)


def enhanced_frames(
    values: Values, shape_px: tuple[int, int], count: int
) -> tuple[FrameHeader, ...]:
    """Return the frames of an enhanced object in the order they are stored."""
    shared = values.item("SharedFunctionalGroupsSequence")
    per_frame = values.items("PerFrameFunctionalGroupsSequence")
    if len(per_frame) != count:
        raise FileRefusedError(
            "damaged",
            f"describes {len(per_frame)} frames",
            f"{count}, its own number of frames",
        )
    return tuple(
        _enhanced_frame(_Groups(item, shared, values), number, shape_px)
        for number, item in enumerate(per_frame, start=1)
    )


class _Groups:
    """The functional groups of one frame: its own, else the shared ones."""

    __slots__ = ("_places", "top")

    def __init__(self, own: Values, shared: Values | None, top: Values) -> None:
        self._places = (own,) if shared is None else (own, shared)
        self.top = top

    def group(self, sequence: str) -> Values | None:
        """Return the frame's item of a functional group."""
        found = (place.item(sequence) for place in self._places)
        return next((item for item in found if item is not None), None)

    def number(self, sequence: str, keyword: str) -> float | None:
        """Return a number of a functional group, None where it has none."""
        item = self.group(sequence)
        return None if item is None else item.number(keyword)

    def numbers(self, sequence: str, keyword: str) -> tuple[float, ...]:
        """Return the numbers of a functional group."""
        item = self.group(sequence)
        return () if item is None else item.numbers(keyword)

    def text(self, sequence: str, keyword: str) -> str:
        """Return a text of a functional group."""
        item = self.group(sequence)
        return "" if item is None else item.text(keyword)

    def converted(self) -> Iterator[Values]:
        """Give the attributes that a legacy converted object keeps outside its groups."""
        for sequence in (
            "UnassignedPerFrameConvertedAttributesSequence",
            "UnassignedSharedConvertedAttributesSequence",
        ):
            item = self.group(sequence)
            if item is not None:
                yield item

    def converted_number(self, keyword: str) -> float | None:
        """Return a number kept from before conversion, None where there is none."""
        found = (item.number(keyword) for item in self.converted())
        return next((value for value in found if value is not None), None)


def _enhanced_frame(groups: _Groups, number: int, shape_px: tuple[int, int]) -> FrameHeader:
    """Return one frame of an enhanced object."""
    slope, intercept = _enhanced_rescale(groups)
    frame_type = groups.group("MRImageFrameTypeSequence")
    geometry = _Geometry(
        groups.numbers("PlanePositionSequence", "ImagePositionPatient"),
        groups.numbers("PlaneOrientationSequence", "ImageOrientationPatient"),
        groups.numbers("PixelMeasuresSequence", "PixelSpacing"),
        groups.number("PixelMeasuresSequence", "SliceThickness"),
    )
    return FrameHeader(
        number=number,
        plane=geometry.plane(shape_px),
        image_type=(frame_type.texts("FrameType") if frame_type else ())
        or groups.top.texts("ImageType"),
        trigger_time_ms=_trigger_time_ms(groups),
        inversion_time_ms=_inversion_time_ms(groups),
        echo_time_ms=_first(
            groups.number("MREchoSequence", "EffectiveEchoTime"),
            groups.converted_number("EchoTime"),
        ),
        acquisition_time_s=_frame_acquisition_time_s(groups),
        slope=slope,
        intercept=intercept,
        comments=groups.text("FrameContentSequence", "FrameComments")
        or groups.top.text("ImageComments"),
    )


def _trigger_time_ms(groups: _Groups) -> float | None:
    """Return the delay after the R wave (PS3.3 C.7.6.16.2.7)."""
    return _first(
        groups.number("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
        groups.converted_number("TriggerTime"),
    )


def _inversion_time_ms(groups: _Groups) -> float | None:
    """Return the first inversion time of a frame's modifiers (PS3.3 C.8.13.5.9)."""
    modifier = groups.group("MRModifierSequence")
    if modifier is not None and modifier.text("InversionRecovery") != "NO":
        found = modifier.number("InversionTimes")
        if found is not None:
            return found
    return groups.converted_number("InversionTime") or None


def _frame_acquisition_time_s(groups: _Groups) -> float | None:
    """Return when a frame was acquired, or the whole object where frames do not say."""
    study_date = groups.top.text("StudyDate")
    moment = groups.text("FrameContentSequence", "FrameAcquisitionDateTime")
    return _first(seconds_of_moment(study_date, moment), _acquisition_time_s(groups.top))


def _acquisition_time_s(values: Values) -> float | None:
    """Return when an object was acquired, seconds since midnight of the study's day."""
    study_date = values.text("StudyDate")
    return _first(
        seconds_since_study(
            study_date, values.text("AcquisitionDate"), values.text("AcquisitionTime")
        ),
        seconds_of_moment(study_date, values.text("AcquisitionDateTime")),
    )


def _classic_inversion_time_ms(values: Values) -> float | None:
    """Return the inversion time; GE writes 0 on images that have no inversion: that is none."""
    found = values.number("InversionTime")
    if found == 0 and _INVERSION_RECOVERY not in values.texts("ScanningSequence"):
        return None
    return found


def _enhanced_rescale(groups: _Groups) -> tuple[float, float]:
    """Return slope and intercept of a frame's pixel value transformation."""
    for item in (groups.group("PixelValueTransformationSequence"), *groups.converted()):
        if item is not None and item.number("RescaleSlope") is not None:
            return _rescale(item)
    mapped = groups.group("RealWorldValueMappingSequence")
    return (1.0, 0.0) if mapped is None else _real_world(mapped)


def _rescale(values: Values) -> tuple[float, float]:
    """Return slope and intercept; 1 and 0 where the header has neither (stored is real)."""
    slope, intercept = _stated(values, "RescaleSlope"), _stated(values, "RescaleIntercept")
    if slope is None and intercept is None:
        mapped = values.item("RealWorldValueMappingSequence")
        return (1.0, 0.0) if mapped is None else _real_world(mapped)
    return _usable(_first(slope, 1.0), _first(intercept, 0.0))


def _real_world(mapped: Values) -> tuple[float, float]:
    """Return slope and intercept of a linear real world value mapping (PS3.3 C.7.6.16.2.11)."""
    slope, intercept = (
        mapped.number("RealWorldValueSlope"),
        mapped.number("RealWorldValueIntercept"),
    )
    if slope is None or intercept is None:
        return 1.0, 0.0
    return _usable(slope, intercept)


def _usable(slope: float | None, intercept: float | None) -> tuple[float, float]:
    """Return both numbers. Raises FileRefusedError for a scale that leaves no image."""
    if not slope:
        raise FileRefusedError(
            "damaged", "has a rescale slope of 0", "a slope that keeps the image"
        )
    if abs(slope) * _LARGEST_STORED_VALUE + abs(intercept or 0.0) > LARGEST_REAL_VALUE:
        found = f"has a rescale slope of {slope:g} and an intercept of {intercept or 0.0:g}"
        raise FileRefusedError("damaged", found, f"real values below {LARGEST_REAL_VALUE:g}")
    return slope, intercept or 0.0


def _stated(values: Values, keyword: str) -> float | None:
    """Return a number, None where the header has none; what is there but no number is refused."""
    found = values.number(keyword)
    if found is None and values.text(keyword):
        raise FileRefusedError("damaged", f"has a {keyword} that is not a number")
    return found


def _first(*choices: float | None) -> float | None:
    """Return the first number that is there."""
    return next((choice for choice in choices if choice is not None), None)


def _vector(numbers: tuple[float, ...]) -> Vector:
    """Return three numbers as a vector."""
    x, y, z = numbers
    return x, y, z
