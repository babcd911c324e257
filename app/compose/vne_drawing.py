"""What is drawn over LGE and VNE: bands; over a VNE its uncertainty or what each stream gave."""

from app.compose.sources import Channel, OnGrid, Source
from app.compose.vne_words import FULL_SHARE, FULL_SPREAD
from app.drawings import Vne
from app.panels.bands import visible_bands
from app.session import Display, Session
from app.viewer.overlay import ByteImage, bands_rgba
from app.viewer.tints import amount_rgba, signed_rgba
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.quantify.burden import band_overlay
from vne_core.study.annotation import ImageKind
from vne_core.vne.image import VneImage


def vne_shown(session: Session, source: Source | None) -> Vne | None:
    """Return the VNE of the slice shown where a pane shows it; None for other images."""
    is_vne = isinstance(source, OnGrid) and source.channel is Channel.VNE
    if session.match is None or not is_vne:
        return None
    return session.drawings.vne(session.match)


def over_vne(session: Session, vne: VneImage) -> ByteImage | None:
    """Return the bands over a VNE, or the map that the reader chose in their place."""
    assert session.match is not None
    overlay = session.display.vne_overlay
    if overlay == "spread":
        return amount_rgba(vne.spread, FULL_SPREAD, vne.valid)
    if overlay in vne.contributions:
        return signed_rgba(vne.contributions[overlay], FULL_SHARE, vne.valid)
    annotation = session.drawings.shown_on_vne(session.match)
    if annotation.is_empty or session.drawings.left_out(session.match):
        return None
    plane = session.match.anchor.plane
    return _coloured(band_overlay(vne.pixels, plane, annotation, vne.valid), session.display)


def over_lge(session: Session, images: AlignedSlice) -> ByteImage | None:
    """Return the bands over the LGE, None where nothing is drawn or the slice is left out."""
    assert session.match is not None
    annotation = session.drawings.shown(session.match, ImageKind.LGE)
    is_bare = annotation.is_empty or session.drawings.left_out(session.match) is not None
    if images.lge is None or is_bare:
        return None
    valid = images.valid.get(Role.LGE)
    return _coloured(band_overlay(images.lge, images.plane, annotation, valid), session.display)


def _coloured(bands: ByteImage, display: Display) -> ByteImage:
    """Return band numbers as the colours that the reader wants to see."""
    drawn = visible_bands(bands, display.bands, as_outlines=display.as_outlines)
    return bands_rgba(drawn, is_opaque=display.as_outlines)
