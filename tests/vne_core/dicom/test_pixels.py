import os
import shutil
import signal
import struct
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless

from tests.vne_core.dicom.made_objects import make_classic, make_enhanced, make_pixels, to_bytes
from vne_core.dicom.door import open_header, open_pixels
from vne_core.dicom.header import Imported, Rejected, SourceFile
from vne_core.dicom.pixels import PixelDecoder
from vne_core.errors import Cancelled

LOSSLESS = {
    "implicit": (["dcmconv", "+ti"], "1.2.840.10008.1.2"),
    "explicit": (["dcmconv", "+te"], "1.2.840.10008.1.2.1"),
    "deflated": (["dcmconv", "+td"], "1.2.840.10008.1.2.1.99"),
    "big endian": (["dcmconv", "+tb"], "1.2.840.10008.1.2.2"),
    "RLE by dcmtk": (["dcmcrle"], "1.2.840.10008.1.2.5"),
    "RLE by gdcm": (["gdcmconv", "--rle"], "1.2.840.10008.1.2.5"),
    "JPEG lossless": (["dcmcjpeg", "+el"], "1.2.840.10008.1.2.4.57"),
    "JPEG lossless, predictor 6": (["dcmcjpeg", "+el", "+sv", "6"], "1.2.840.10008.1.2.4.57"),
    "JPEG lossless SV1 by dcmtk": (["dcmcjpeg", "+e1"], "1.2.840.10008.1.2.4.70"),
    "JPEG lossless SV1 by gdcm": (["gdcmconv", "--jpeg"], "1.2.840.10008.1.2.4.70"),
    "JPEG-LS by dcmtk": (["dcmcjpls", "+el"], "1.2.840.10008.1.2.4.80"),
    "JPEG-LS by gdcm": (["gdcmconv", "--jpegls"], "1.2.840.10008.1.2.4.80"),
    "JPEG 2000": (["gdcmconv", "--j2k"], "1.2.840.10008.1.2.4.90"),
}
FORMS = [(12, False), (12, True), (16, False), (16, True)]


def run_tool(command, *files):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed: it makes this transfer syntax")
    done = subprocess.run([*command, *map(str, files)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"{command[0]} itself refuses this form: {done.stderr[-200:]}")


def imported(path):
    outcome = open_header(SourceFile(Path(path)))
    assert isinstance(outcome, Imported), outcome
    return outcome.header


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    """One worker for the whole file, started here and not in a test that would look left."""
    path = tmp_path_factory.mktemp("first") / "first"
    path.write_bytes(to_bytes(make_classic()))
    with PixelDecoder(workers=1) as running:
        running.decode(imported(path))
        yield running


@pytest.fixture
def converted(saved, tmp_path):
    """Return the header of a dataset after tools have had it in turn."""

    def convert(dataset, *commands):
        path = saved(dataset).path
        for number, command in enumerate(commands):
            run_tool(command, path, tmp_path / f"made{number}")
            path = tmp_path / f"made{number}"
        return imported(path)

    return convert


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_syntaxes_give_the_stored_values_bit_for_bit(name, form, converted, decoder):
    bits, signed = form
    pixels = make_pixels(bits, signed=signed)
    command, syntax = LOSSLESS[name]
    header = converted(make_classic(pixels, bits), command)
    assert header.transfer_syntax_uid == syntax
    assert header.is_signed is signed
    decoded = decoder.decode(header)
    assert not isinstance(decoded, Rejected), decoded
    assert decoded.dtype == (np.dtype("<i2") if signed else np.dtype("<u2"))
    assert np.array_equal(decoded, pixels)


@pytest.mark.parametrize("bits", [12, 16])
def test_jpeg_ls_with_loss_is_what_dcmtk_decodes(bits, converted, decoder):
    pixels = make_pixels(bits)
    near = ["dcmcjpls", "+en"]
    decoded = decoder.decode(converted(make_classic(pixels, bits), near))
    plain = decoder.decode(converted(make_classic(pixels, bits), near, ["dcmdjpls"]))
    assert np.array_equal(decoded, plain)
    assert 0 < np.abs(decoded.astype(int) - pixels).max() <= 2


@pytest.mark.parametrize("form", FORMS)
def test_jpeg_2000_with_loss_is_what_gdcm_decodes(form, converted, decoder):
    bits, signed = form
    dataset = make_classic(make_pixels(bits, signed=signed), bits)
    lossy = ["gdcmconv", "--j2k", "--lossy", "-r", "4"]
    header = converted(dataset, lossy)
    assert header.transfer_syntax_uid == "1.2.840.10008.1.2.4.91"
    plain = decoder.decode(converted(dataset, lossy, ["gdcmconv", "--raw"]))
    assert np.array_equal(decoder.decode(header), plain)


def test_jpeg_baseline_is_what_dcmtk_decodes_to_one_level(converted, decoder):
    dataset = make_classic(BitsAllocated=8, BitsStored=8, HighBit=7)
    dataset.PixelData = make_pixels(8).astype(np.uint8).tobytes()
    header = converted(dataset, ["dcmcjpeg", "+eb"])
    plain = decoder.decode(converted(dataset, ["dcmcjpeg", "+eb"], ["dcmdjpeg"]))
    assert header.transfer_syntax_uid == "1.2.840.10008.1.2.4.50"
    assert np.abs(decoder.decode(header).astype(int) - plain).max() <= 1


@pytest.mark.parametrize("name", LOSSLESS)
def test_frames_of_an_enhanced_object_come_in_their_order(name, converted, decoder):
    dataset = make_enhanced(frames=3)
    decoded = decoder.decode(converted(dataset, LOSSLESS[name][0]))
    assert not isinstance(decoded, Rejected), decoded
    expected = np.frombuffer(dataset.PixelData, "<u2").reshape(3, 24, 32)
    assert np.array_equal(decoded, expected)


def test_eight_bit_values_in_big_endian_words_are_put_in_order(converted, decoder):
    pixels = make_pixels(8, shape=(5, 7)).astype(np.uint8)
    dataset = make_classic(BitsAllocated=8, BitsStored=8, HighBit=7, Rows=5, Columns=7)
    dataset.PixelData = pixels.tobytes() + b"\0"
    assert np.array_equal(decoder.decode(converted(dataset, ["dcmconv", "+tb"])), pixels)


def test_bits_above_those_stored_are_no_part_of_the_value(saved, decoder):
    pixels = make_pixels(12)
    dataset = make_classic(pixels)
    dataset.PixelData = (pixels | 0xF000).tobytes()
    assert np.array_equal(decoder.decode(imported(saved(dataset).path)), pixels)


def test_many_objects_are_each_given_once_with_progress(saved):
    headers = [imported(saved(make_classic(make_pixels(seed=n))).path) for n in range(20)]
    steps = []
    with PixelDecoder(workers=2) as decoder:
        answers = decoder.decode_many(headers, progress=lambda *step: steps.append(step))
        found = {header.sop_uid: pixels for header, pixels in answers}
    assert steps == [(n, 20) for n in range(1, 21)]
    for header in headers:
        alone = dcmread(header.source.path).pixel_array
        assert np.array_equal(found[header.sop_uid][0], alone)


def test_the_digest_is_that_of_the_values_not_of_the_syntax(saved, tmp_path, decoder):
    plain = saved(make_classic())
    run_tool(["dcmcrle"], plain.path, tmp_path / "made")
    digests = {decoder.digest(imported(path)) for path in (plain.path, tmp_path / "made")}
    assert len(digests) == 1


def panicking_rle():
    """A sound header whose RLE segment is four values too long: one decoder's Rust panics."""
    sound, long = b"\x81\0" * 6, b"\x81\0" * 5 + b"\xf0\0" + b"\x81\0"
    segments = struct.pack("<16L", 2, 64, 64 + len(sound), *[0] * 13) + sound + long
    dataset = make_classic()
    dataset.file_meta.TransferSyntaxUID = RLELossless
    dataset.PixelData = encapsulate([segments])
    return dataset


def test_a_decoder_that_ends_its_process_costs_that_file_alone(saved):
    sound = [imported(saved(make_classic(make_pixels(seed=n))).path) for n in range(10)]
    fatal = imported(saved(panicking_rle()).path)
    with PixelDecoder(workers=1) as decoder:
        answers = {h.sop_uid: a for h, a in decoder.decode_many([*sound[:5], fatal, *sound[5:]])}
    assert answers[fatal.sop_uid].code == "damaged"
    assert "crashed" in answers[fatal.sop_uid].reason
    assert not any(isinstance(answers[header.sop_uid], Rejected) for header in sound)


def test_the_worker_that_died_is_replaced(saved):
    with PixelDecoder(workers=1) as decoder:
        decoder.decode(imported(saved(panicking_rle()).path))
        assert decoder.decode(imported(saved(make_classic()).path)).shape == (1, 24, 32)


def test_a_worker_that_died_with_nothing_to_do_costs_no_file(saved):
    header = imported(saved(make_classic()).path)
    with PixelDecoder(workers=1) as decoder:
        decoder.decode(header)
        (worker,) = decoder.process_ids
        os.kill(worker, signal.SIGKILL)
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
        assert decoder.decode(header).shape == (1, 24, 32)
        assert decoder.process_ids != (worker,)


@pytest.mark.parametrize(
    "name, code", [("SEGV", "damaged"), ("PROF", "too-slow"), ("ALRM", "too-slow")]
)
def test_the_reason_says_what_ended_the_worker(saved, name, code):
    header = imported(saved(make_classic()).path)
    with PixelDecoder(workers=1) as decoder:
        decoder.decode(header)
        (worker,) = decoder.process_ids
        os.kill(worker, signal.SIGSTOP)
        os.kill(worker, getattr(signal, f"SIG{name}"))
        answers = decoder.decode_many([header])
        os.kill(worker, signal.SIGCONT)
        assert next(answers)[1].code == code


def test_cancelling_stops_the_workers(saved):
    headers = [imported(saved(make_classic(make_pixels(seed=n))).path) for n in range(10)]
    with PixelDecoder(workers=2) as decoder:
        with pytest.raises(Cancelled):
            list(decoder.decode_many(headers * 50, cancelled=lambda: True))
        assert decoder.process_ids == ()


def test_leaving_in_the_middle_leaves_no_worker(saved):
    header = imported(saved(make_classic()).path)
    decoder = PixelDecoder(workers=2)
    with decoder:
        next(decoder.decode_many([header] * 100))
    assert decoder.process_ids == ()


def test_a_second_piece_of_work_waits_for_the_first(saved):
    header = imported(saved(make_classic()).path)
    with PixelDecoder(workers=1) as decoder:
        answers = decoder.decode_many([header] * 20)
        next(answers)
        with pytest.raises(RuntimeError, match="busy"):
            decoder.decode(header)


def test_a_member_whose_checksum_is_wrong_is_refused(tmp_path):
    data = to_bytes(make_classic(make_pixels(shape=(400, 400))))
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("image", data)
    packed = bytearray((tmp_path / "study.zip").read_bytes())
    packed[packed.index(data[-40:]) + 5] ^= 1
    (tmp_path / "study.zip").write_bytes(packed)
    outcome = open_header(SourceFile(tmp_path / "study.zip", "image"))
    assert isinstance(outcome, Imported)
    refusal = open_pixels(outcome.header)
    assert refusal.code == "damaged"
    assert "CRC" in refusal.reason
