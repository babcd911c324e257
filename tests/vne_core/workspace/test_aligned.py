import dataclasses

import numpy as np
import pytest

from vne_core.align.match import match_study
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice, align_slice
from vne_core.workspace.aligned import NoPixelsError, aligned_slice, alignment_key, pixels_of
from vne_core.workspace.arrays import ArrayCache, ArrayDamagedError


@pytest.fixture
def pixels(workspace, study):
    """The stored study with pixels: each slice's array by its id."""
    rng = np.random.default_rng(3)
    stored = {}
    found = study()
    series = []
    for one in found.series:
        slices = []
        for slice_ref in one.slices:
            array = rng.integers(0, 3000, (len(slice_ref.frames), 12, 10), dtype=np.uint16)
            stored[slice_ref.slice_id] = array
            key = workspace.arrays.put(array)
            slices.append(dataclasses.replace(slice_ref, array_key=key))
        series.append(dataclasses.replace(one, slices=tuple(slices)))
    workspace.studies.add(dataclasses.replace(found, series=tuple(series)), [])
    return stored


@pytest.fixture
def match(workspace, pixels):
    return match_study(workspace.studies.load("a"))[0]


def assert_same(one: AlignedSlice, other: AlignedSlice) -> None:
    for field in dataclasses.fields(AlignedSlice):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if field.name == "valid":
            assert set(left) == set(right)
            assert all(np.array_equal(left[role], right[role]) for role in left)
        elif isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right)
        else:
            assert left == right, field.name


def derived(workspace):
    return workspace.arrays.folder / "derived"


def test_the_cached_channels_are_those_computed(workspace, match, pixels):
    computed = align_slice(match, lambda slice_ref: pixels[slice_ref.slice_id])
    assert_same(aligned_slice(workspace.arrays, match), computed)
    cached = aligned_slice(ArrayCache(workspace.arrays.folder), match)
    assert_same(cached, computed)
    assert isinstance(cached.cine, np.memmap)


def test_a_slice_is_computed_once(workspace, match, pixels):
    aligned_slice(workspace.arrays, match)
    for path in workspace.arrays.folder.glob("*.npy"):
        path.unlink()
    assert aligned_slice(workspace.arrays, match).cine.shape == (3, 12, 10)


@pytest.mark.parametrize("name", ["cine.npy", "facts.json", "valid.T1.npy"])
def test_a_damaged_channel_is_computed_again(workspace, match, name):
    first = aligned_slice(workspace.arrays, match)
    expected = np.array(first.cine)
    path = derived(workspace) / alignment_key(match) / name
    path.write_bytes(path.read_bytes()[:-3])
    again = aligned_slice(ArrayCache(workspace.arrays.folder), match)
    np.testing.assert_array_equal(again.cine, expected)
    assert ArrayCache(workspace.arrays.folder).get_bundle(alignment_key(match)) is not None


def test_another_match_is_another_entry(workspace, match):
    study = workspace.studies.load("a")
    anchor = match.anchor.slice_id
    without = match_study(study, {(anchor, Role.CINE): None})[0]
    assert alignment_key(without) != alignment_key(match)
    assert aligned_slice(workspace.arrays, match).cine is not None
    assert aligned_slice(workspace.arrays, without).cine is None


def test_other_pixels_or_times_are_another_entry(match):
    anchor = match.anchor
    frames = (dataclasses.replace(anchor.frames[0], slope=3.0),)
    for changed in (
        dataclasses.replace(anchor, array_key="other"),
        dataclasses.replace(anchor, frames=frames),
    ):
        other = dataclasses.replace(match, anchor=changed)
        assert alignment_key(other) != alignment_key(match)


def test_damaged_originals_are_refused_by_name(workspace, match):
    path = workspace.arrays.folder / f"{match.anchor.array_key}.npy"
    path.write_bytes(b"")
    with pytest.raises(ArrayDamagedError, match=match.anchor.array_key):
        aligned_slice(workspace.arrays, match)


def test_a_slice_whose_pixels_were_never_stored_says_so(workspace, study):
    slice_ref = study().series[0].slices[0]
    with pytest.raises(NoPixelsError, match="never stored"):
        pixels_of(workspace.arrays, slice_ref)
