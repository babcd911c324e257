"""The menu of a pane's header: what it can show, and what it can be compared with."""

from collections.abc import Iterator

from app.compose.artist import Artist
from app.compose.sources import Channel, OnGrid, Source, pane_title, source_title
from app.compose.vne_words import OVERLAYS
from app.session import Session
from app.viewer.comparison import RATES_HZ, Pair, Way
from app.viewer.four_panes import TITLES, FourPanes
from app.viewer.header import Choice
from app.viewer.lookup import Lookup
from app.words import tr
from vne_core.study.annotation import ImageKind
from vne_core.vne.image import VneImage

_WAYS = {Way.WIPE: "Wipe over {name}", Way.FLICKER: "Flicker with {name}"}
"""In English; ``tr`` at each use."""


def show_menus(session: Session, panes: FourPanes, artist: Artist) -> None:
    """List in every header what its pane can do with the slice shown."""
    for kind, pane in panes.panes.items():
        shown = artist.source(kind)
        choices = tuple(_choices(kind, shown, session, panes, artist)) if shown else ()
        title = pane_title(kind, shown) if shown else tr(TITLES[kind])
        name = tr(shown.name) if shown and tr(shown.name) != title else ""
        pane.header.set_title(title)
        pane.header.show_choices(name, choices)


def _choices(
    kind: ImageKind, shown: Source | None, session: Session, panes: FourPanes, artist: Artist
) -> Iterator[Choice]:
    assert session.opened is not None
    assert session.match is not None
    offered = artist.choice.offered(kind, session.opened.study, session.match, session.images)
    if len(offered) > 1:
        yield Choice("", tr("Show"), is_heading=True)
        for source in offered:
            yield Choice(f"source:{source.id}", source_title(kind, source), is_on=source == shown)
    if isinstance(shown, OnGrid) and shown.channel is Channel.T1 and panes.pane(kind).has_image:
        yield Choice("", tr("Colours"), is_heading=True)
        for lookup in Lookup:
            is_on = session.display.t1_colours == lookup
            yield Choice(f"colours:{lookup}", tr(lookup.label), is_on=is_on)
    if isinstance(shown, OnGrid) and shown.channel is Channel.VNE and panes.pane(kind).has_image:
        yield from _overlays(session)
    yield from _comparisons(kind, panes, artist)


def _overlays(session: Session) -> Iterator[Choice]:
    """List what can lie over the VNE: the bands, its uncertainty, what each stream gave."""
    assert session.match is not None
    vne = session.drawings.vne(session.match)
    if not isinstance(vne, VneImage):
        return
    yield Choice("", tr("Over it"), is_heading=True)
    for name, words in OVERLAYS.items():
        if name in {"", "spread"} or name in vne.contributions:
            is_on = session.display.vne_overlay == name
            yield Choice(f"overlay:{name}", tr(words), is_on=is_on)


def _comparisons(kind: ImageKind, panes: FourPanes, artist: Artist) -> Iterator[Choice]:
    pair = panes.comparison.pair
    if pair is not None and kind in {pair.first, pair.second}:
        if pair.way is Way.FLICKER:
            yield Choice("", tr("Changes of image"), is_heading=True)
            for rate_hz in (0, *RATES_HZ):
                words = tr("{rate} a second").format(rate=rate_hz) if rate_hz else tr("By key only")
                is_on = rate_hz == panes.comparison.rate_hz
                yield Choice(f"rate:{rate_hz}", words, is_on=is_on)
        yield Choice("", tr("Comparison"), is_heading=True)
        yield Choice("end", tr("End it (Esc)"))
        return
    others = [other for other, pane in panes.panes.items() if pane.has_image and other is not kind]
    if not panes.pane(kind).has_image or not others:
        return
    yield Choice("", tr("Compare"), is_heading=True)
    for way, words in _WAYS.items():
        for other in others:
            named = artist.source(other)
            name = source_title(other, named) if named else tr(TITLES[other])
            yield Choice(f"{way}:{other}", tr(words).format(name=name))


def usual_pair(panes: FourPanes, way: Way) -> Pair | None:
    """Return what is compared unless the reader says otherwise; None without two images.

    VNE over LGE is the question the reader is for; without a VNE the T1 map over the LGE.
    """
    has = {kind for kind, pane in panes.panes.items() if pane.has_image}
    wishes = (
        (ImageKind.VNE, ImageKind.LGE),
        (ImageKind.T1, ImageKind.LGE),
        (ImageKind.CINE, ImageKind.LGE),
        (ImageKind.T1, ImageKind.CINE),
    )
    return next((Pair(a, b, way) for a, b in wishes if {a, b} <= has), None)
