import io

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

ROWS, COLS = 24, 32


def item(**values) -> Dataset:
    """One sequence item."""
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def make_pixels(bits=12, *, signed=False, frames=1, seed=1, shape=(ROWS, COLS)):
    """Noise on a ramp that reaches both ends of the range."""
    rng = np.random.default_rng(seed)
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    ramp = np.linspace(low, high, shape[0] * shape[1]).reshape(shape)
    noisy = ramp + rng.normal(0, (high - low) / 40, (frames, *shape))
    pixels = np.clip(np.rint(noisy), low, high)
    pixels[:, 0, 0], pixels[:, -1, -1] = low, high
    return pixels.astype(np.int16 if signed else np.uint16)


def describe_pixels(dataset, pixels, bits=12):
    """Put (frames, rows, columns) stored values into a dataset."""
    signed = pixels.dtype.kind == "i"
    frames, dataset.Rows, dataset.Columns = pixels.shape
    if frames > 1:
        dataset.NumberOfFrames = frames
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = 16
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.PixelRepresentation = int(signed)
    dataset.add_new("PixelData", "OW", pixels.tobytes())


def with_meta(dataset, syntax=ExplicitVRLittleEndian):
    """Give a dataset its file meta information."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.ImplementationClassUID = "1.2.3.4"
    return dataset


def make_classic(pixels=None, bits=12, **changes) -> Dataset:
    """A classic MR image; a change of None takes the element out."""
    dataset = item(
        ImageType=["ORIGINAL", "PRIMARY", "M", "ND"],
        SOPClassUID=MRImageStorage,
        SOPInstanceUID=generate_uid(),
        StudyDate="20240229",
        AcquisitionDate="20240229",
        AcquisitionTime="101530.250000",
        Modality="MR",
        Manufacturer="Maker",
        SeriesDescription="cine_sax",
        PatientID="patient-7",
        ScanningSequence=["GR", "IR"],
        SequenceVariant=["SK", "SP"],
        SequenceName="tfi2d1",
        SliceThickness="8",
        EchoTime="1.5",
        InversionTime="260",
        MagneticFieldStrength="1.5",
        ProtocolName="protocol",
        TriggerTime="42.5",
        NominalInterval="900",
        CardiacNumberOfImages="25",
        StudyInstanceUID="1.2.840.1",
        SeriesInstanceUID="1.2.840.1.1",
        SeriesNumber="4",
        AcquisitionNumber="2",
        InstanceNumber="3",
        ImagePositionPatient=["-10.5", "20", "30.25"],
        ImageOrientationPatient=["1", "0", "0", "0", "0.6", "0.8"],
        FrameOfReferenceUID="1.2.840.9",
        ImageComments="comment",
        PixelSpacing=["1.25", "1.5"],
        RescaleSlope="2",
        RescaleIntercept="-4096",
    )
    describe_pixels(dataset, make_pixels() if pixels is None else pixels, bits)
    for keyword, value in changes.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return with_meta(dataset)


def make_enhanced(frames=3, **changes) -> Dataset:
    """An enhanced MR object of a few trigger times, each frame scaled by itself."""
    dataset = item(
        ImageType=["ORIGINAL", "PRIMARY", "CARDIAC_CINE", "NONE"],
        SOPClassUID=EnhancedMRImageStorage,
        SOPInstanceUID=generate_uid(),
        StudyDate="20240229",
        Modality="MR",
        Manufacturer="Philips",
        SeriesDescription="enhanced",
        PatientID="patient-8",
        PulseSequenceName="bTFE",
        MagneticFieldStrength=3.0,
        StudyInstanceUID="1.2.840.2",
        SeriesInstanceUID="1.2.840.2.1",
        FrameOfReferenceUID="1.2.840.9",
    )
    dataset.SharedFunctionalGroupsSequence = Sequence(
        [
            item(
                PixelMeasuresSequence=[item(PixelSpacing=[1.25, 1.5], SliceThickness=8)],
                PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 0.6, 0.8])],
                MRModifierSequence=[item(InversionRecovery="YES", InversionTimes=[300.0])],
            )
        ]
    )
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [make_frame_groups(number) for number in range(frames)]
    )
    describe_pixels(dataset, make_pixels(frames=frames))
    dataset.NumberOfFrames = frames
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    return with_meta(dataset)


def make_frame_groups(number) -> Dataset:
    """The functional groups of one frame."""
    return item(
        PlanePositionSequence=[item(ImagePositionPatient=[0, 0, 10 * number])],
        PixelValueTransformationSequence=[
            item(RescaleSlope=1 + number, RescaleIntercept=-number, RescaleType="US")
        ],
        MRImageFrameTypeSequence=[item(FrameType=["ORIGINAL", "PRIMARY", "M", str(number)])],
        CardiacSynchronizationSequence=[
            item(NominalCardiacTriggerDelayTime=33.0 * number, RRIntervalTimeNominal=850.0)
        ],
        MREchoSequence=[item(EffectiveEchoTime=1.25)],
        FrameContentSequence=[
            item(FrameAcquisitionDateTime="20240229000010.5", FrameComments=f"frame {number}")
        ],
    )


def to_bytes(dataset) -> bytes:
    """The dataset as a DICOM file in memory."""
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
