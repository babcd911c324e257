import numpy as np
import pytest

from vne_core.workspace.arrays import ArrayCache, ArrayDamagedError


@pytest.fixture
def cache(tmp_path):
    return ArrayCache(tmp_path / "arrays")


@pytest.fixture
def frames():
    return np.random.default_rng(1).integers(0, 4096, (5, 20, 30), dtype=np.uint16)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "uint32", "float32", "bool"])
def test_an_array_comes_back_as_a_read_only_map_of_the_file(cache, frames, dtype):
    array = frames.astype(dtype)
    again = cache.get(cache.put(array))
    assert isinstance(again, np.memmap)
    assert not again.flags.writeable
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)


def test_a_view_that_is_not_contiguous_is_stored_as_it_looks(cache, frames):
    np.testing.assert_array_equal(cache.get(cache.put(frames.T[::2])), frames.T[::2])


def test_the_same_content_is_stored_once(cache, frames):
    assert cache.put(frames) == cache.put(frames.copy())
    assert len(list(cache.folder.iterdir())) == 1


def test_other_shapes_or_types_of_the_same_bytes_are_other_arrays(cache, frames):
    keys = {cache.put(frames), cache.put(frames.reshape(5, 600)), cache.put(frames.view("int16"))}
    assert len(keys) == 3


def test_a_damaged_array_is_refused_by_name(cache, frames):
    key = cache.put(frames)
    path = cache.folder / f"{key}.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArrayDamagedError, match=f"{key}.npy are damaged.*import"):
        cache.get(key)
    assert not cache.holds(key)


@pytest.mark.parametrize("kept_bytes", [0, 5, 200])
def test_a_truncated_array_is_refused_by_name(cache, frames, kept_bytes):
    key = cache.put(frames)
    path = cache.folder / f"{key}.npy"
    path.write_bytes(path.read_bytes()[:kept_bytes])
    with pytest.raises(ArrayDamagedError, match=key):
        cache.get(key)


def test_a_missing_array_is_refused_by_name(cache):
    with pytest.raises(ArrayDamagedError, match=r"abc\.npy are missing"):
        cache.get("abc")


def test_storing_again_repairs_a_damaged_array(cache, frames):
    key = cache.put(frames)
    (cache.folder / f"{key}.npy").write_bytes(b"")
    assert cache.put(frames) == key
    np.testing.assert_array_equal(cache.get(key), frames)


def test_a_bundle_comes_back_with_its_facts(cache, frames):
    facts = {"times_ms": [0.0, 12.5], "scheme": None}
    cache.put_bundle("k", {"ir": frames, "none": np.zeros((0, 3))}, facts)
    arrays, again = cache.get_bundle("k")
    assert again == facts
    np.testing.assert_array_equal(arrays["ir"], frames)
    assert arrays["none"].shape == (0, 3)


def test_an_absent_bundle_is_none(cache):
    assert cache.get_bundle("k") is None


def test_a_bundle_with_a_damaged_file_is_refused_by_its_name(cache, frames):
    cache.put_bundle("k", {"ir": frames, "t1": frames[0]}, {})
    path = cache.folder / "derived" / "k" / "t1.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArrayDamagedError, match=r"t1\.npy are damaged"):
        ArrayCache(cache.folder).get_bundle("k")


@pytest.mark.parametrize("facts", ["", "[]", "{"])
def test_a_bundle_without_readable_facts_is_refused(cache, frames, facts):
    cache.put_bundle("k", {"ir": frames}, {})
    (cache.folder / "derived" / "k" / "facts.json").write_text(facts)
    with pytest.raises(ArrayDamagedError, match=r"facts\.json"):
        cache.get_bundle("k")


def test_storing_a_bundle_again_replaces_it_whole(cache, frames):
    cache.put_bundle("k", {"ir": frames}, 1)
    cache.put_bundle("k", {"t1": frames[0]}, 2)
    arrays, facts = cache.get_bundle("k")
    assert (set(arrays), facts) == ({"t1"}, 2)
    assert [path.name for path in (cache.folder / "derived").iterdir()] == ["k"]


def test_objects_that_could_run_code_are_never_stored(cache):
    with pytest.raises(ValueError, match="allow_pickle"):
        cache.put(np.array([{}], dtype=object))
