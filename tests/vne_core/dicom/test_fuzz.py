"""Ten thousand damaged files: each is imported or rejected, none crashes, hangs or lingers."""

import shutil
import subprocess
import time
import zipfile
from collections import Counter

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.vne_core.dicom.made_objects import make_classic, make_enhanced, make_pixels, to_bytes
from vne_core.dicom.door import open_header
from vne_core.dicom.header import Imported, Rejected, SourceFile
from vne_core.dicom.pixels import PixelDecoder
from vne_core.dicom.scan import scan

pytestmark = pytest.mark.filterwarnings("ignore")

HEADER_MUTATIONS = 10_000
DECODED_MUTATIONS = 900
SLOWEST_S = 1.0
COMPRESSORS = {
    "rle": ["dcmcrle"],
    "jpeg-lossless": ["dcmcjpeg", "+e1"],
    "jpeg-ls": ["dcmcjpls", "+el"],
    "jpeg-2000": ["gdcmconv", "--j2k"],
    "big-endian": ["dcmconv", "+tb"],
}
EXTREMES = (
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\xff\xff\xff\x7f",
    b"\xfe\xff\x00\xe0",
    b"\1\0\0\x80",
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> dict[str, bytes]:
    """Sound files of every sort; the compressed ones where the tools that make them are."""
    folder = tmp_path_factory.mktemp("seeds")
    implicit, deflated = make_classic(), make_classic()
    implicit.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    deflated.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    nested = make_enhanced(frames=2)
    for sequence in nested.PerFrameFunctionalGroupsSequence:
        sequence.is_undefined_length_sequence_item = True
    nested["PerFrameFunctionalGroupsSequence"].is_undefined_length = True
    made = {
        "explicit": to_bytes(make_classic()),
        "implicit": to_bytes(implicit),
        "deflated": to_bytes(deflated),
        "signed": to_bytes(make_classic(make_pixels(16, signed=True), 16)),
        "enhanced": to_bytes(make_enhanced()),
        "open-ended": to_bytes(nested),
    }
    return made | compressed_seeds(folder)


def compressed_seeds(folder) -> dict[str, bytes]:
    """One compressed file a tool that is installed."""
    made = {}
    (folder / "plain").write_bytes(to_bytes(make_classic()))
    for name, command in COMPRESSORS.items():
        if shutil.which(command[0]):
            subprocess.run([*command, folder / "plain", folder / name], check=True)
            made[name] = (folder / name).read_bytes()
    return made


def mutated(data: bytes, rng: np.random.Generator, first: int = 0) -> bytes:
    """The data with one to eight faults at or after ``first``: flips, lengths, cuts, copies."""
    changed = bytearray(data)
    for _ in range(rng.integers(1, 9)):
        at = int(rng.integers(first, max(first + 1, len(changed))))
        match rng.integers(6):
            case 0:
                changed[at : at + 1] = bytes([rng.integers(256)])
            case 1 if at < len(changed):
                changed[at] ^= 1 << int(rng.integers(8))
            case 2:
                changed[at : at + 4] = EXTREMES[rng.integers(len(EXTREMES))]
            case 3:
                del changed[at : at + int(rng.integers(1, 64))]
            case 4:
                changed[at:at] = changed[first : first + int(rng.integers(1, 200))]
            case _ if rng.random() < 0.2:
                del changed[at:]
    return bytes(changed)


@pytest.mark.slow
def test_ten_thousand_mutated_headers_are_each_imported_or_rejected_within_a_second(
    seeds, tmp_path
):
    rng = np.random.default_rng(20_240_229)
    path = tmp_path / "mutated"
    codes: Counter[str] = Counter()
    slowest_s = 0.0
    for number in range(HEADER_MUTATIONS):
        name = list(seeds)[number % len(seeds)]
        first = 0 if rng.random() < 0.3 else 132
        path.write_bytes(mutated(seeds[name], rng, first))
        started = time.process_time()
        outcome = open_header(SourceFile(path))
        slowest_s = max(slowest_s, time.process_time() - started)
        if isinstance(outcome, Rejected):
            assert outcome.reason
            codes[outcome.code] += 1
        else:
            codes["imported"] += 1
    print(f"slowest {slowest_s * 1e3:.0f} ms, {codes.most_common()}")
    assert codes.total() == HEADER_MUTATIONS
    assert codes["imported"] < HEADER_MUTATIONS
    assert slowest_s < SLOWEST_S


@pytest.mark.slow
def test_mutated_pixels_cost_their_own_file_only(seeds, saved):
    rng = np.random.default_rng(7)
    headers = []
    while len(headers) < DECODED_MUTATIONS:
        data = seeds[list(seeds)[len(headers) % len(seeds)]]
        first = max(132, data.rfind(b"\xe0\x7f\x10\x00"))
        outcome = open_header(saved(mutated(data, rng, first)))
        if isinstance(outcome, Imported):
            headers.append(outcome.header)
    sound = open_header(saved(seeds["explicit"])).header
    with PixelDecoder(workers=2) as decoder:
        answers = {id(header): answer for header, answer in decoder.decode_many(headers)}
        rejected = Counter(a.code for a in answers.values() if isinstance(a, Rejected))
        print(f"{len(headers)} mutated images: {rejected.most_common()} rejected")
        assert len(answers) == len(headers)
        assert 0 < rejected.total() < len(headers)
        assert decoder.decode(sound).shape == (1, 24, 32)


@pytest.mark.slow
def test_mutated_archives_never_lose_count(seeds, tmp_path):
    rng = np.random.default_rng(11)
    with zipfile.ZipFile(tmp_path / "sound.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in seeds.items():
            archive.writestr(name, data)
    sound = (tmp_path / "sound.zip").read_bytes()
    (tmp_path / "mutated").mkdir()
    for number in range(200):
        (tmp_path / "mutated" / f"{number:03}.zip").write_bytes(mutated(sound, rng))
    result = scan([tmp_path / "mutated"], workers=2)
    found = {header.source for header in result.imported}
    found |= {refusal.source for refusal in (*result.rejected, *result.ignored)}
    assert len({source.path for source in found}) == 200
    assert result.file_count >= 200
