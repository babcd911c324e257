"""What the reader chose to see in each pane, and how far each of them was turned."""

from app.compose.sources import OWN_CHANNEL, Native, Source, channels_of, natives_of
from vne_core.align.match import SliceMatch
from vne_core.align.stack import AlignedSlice
from vne_core.study.annotation import ImageKind
from vne_core.study.model import Study


class PaneChoice:
    """Choices stay from slice to slice; where a slice lacks one its pane shows its own image."""

    def __init__(self) -> None:
        self.ir_index = 0
        self._chosen: dict[ImageKind, str] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._study: Study | None = None
        self._natives: dict[ImageKind, tuple[Native, ...]] = {}

    def begin_study(self) -> None:
        """Forget the choices: another study has other series."""
        self._chosen.clear()
        self._places.clear()
        self.ir_index = 0

    def choose(self, kind: ImageKind, source_id: str) -> None:
        """Show something else in a pane."""
        self._chosen[kind] = source_id

    def offered(
        self, kind: ImageKind, study: Study, match: SliceMatch, images: AlignedSlice | None
    ) -> tuple[Source, ...]:
        """Return everything a pane can show of a slice."""
        if self._study is not study:
            self._study = study
            self._natives = {each: natives_of(each, study) for each in ImageKind}
        return *channels_of(kind, match, images), *self._natives[kind]

    def source(
        self,
        kind: ImageKind,
        study: Study,
        match: SliceMatch,
        images: AlignedSlice | None,
        *,
        on_grid: bool = False,
    ) -> Source:
        """Return what a pane shows of a slice; ``on_grid`` leaves native images aside."""
        wanted = self._chosen.get(kind, OWN_CHANNEL[kind].value)
        offered = self.offered(kind, study, match, images)
        allowed = [one for one in offered if not (on_grid and isinstance(one, Native))]
        return next((one for one in allowed if one.id == wanted), allowed[0])

    def place(self, source: Native, match: SliceMatch) -> int:
        """Return which image of a stack is shown: where the slice is, until it is turned."""
        anchor_id, at = self._places.get(source.id, ("", 0))
        return at if anchor_id == match.anchor.slice_id else source.nearest(match)

    def turn(self, source: Native, match: SliceMatch, by: int) -> None:
        """Turn a stack by hand; another slice of the study brings it back to where that is."""
        last = len(source.slices) - 1
        at = min(max(self.place(source, match) + by, 0), last)
        self._places[source.id] = (match.anchor.slice_id, at)
