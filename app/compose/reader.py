"""The reader as a whole: opens studies, answers actions, puts work away at the end."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage

from app.background import Background
from app.compose.artist import Artist
from app.compose.export import write_burden
from app.compose.generation import VneGeneration
from app.compose.imports import Imports
from app.compose.library import Access, Library
from app.compose.natives import Natives
from app.compose.rows_of import picture_of, study_title
from app.compose.saver import Saver
from app.compose.watch import Watch
from app.compose.windows import Windows
from app.dialogs import choose
from app.errors import sentence
from app.main_window import MainWindow
from app.memory import give_back
from app.panels.reading_page import ReadingPage
from app.session import OpenStudy, Session
from app.settings import RECENT_STUDIES, RecentStudy, Settings
from app.viewer.playback import CinePlayer
from app.words import tr
from vne_core.align.match import SliceMatch
from vne_core.align.stack import AlignedSlice
from vne_core.keeping import let_go
from vne_core.study.model import Study
from vne_core.workspace.studies import StudySummary

if TYPE_CHECKING:
    from app.dialogs.import_summary import ImportSummary
    from app.dialogs.series_kinds import Correction

LIST_REFUSALS, SHOW_SERIES, READ_AGAIN = "List them", "Show its series…", "Read it again"
"""What the status line offers."""
Pictures = dict[str, QImage | None]
"""A small picture of each slice whose images were read, by its anchor's id; None for no image."""
OF_ONE_STUDY = ("judged", "rematch", "kinds")
"""Topics whose answers mean nothing once another study is open."""


class Reader(QObject):
    """Holds the parts; ``app.compose.wiring`` connects them.

    ``ready`` is emitted when every slice of a study just opened has its images, ``listed`` when
    the study list or its pictures changed.
    """

    ready = Signal()
    listed = Signal()

    def __init__(self, window: MainWindow, settings: Settings, workspace: Path) -> None:
        super().__init__(window)
        self.window = window
        self.settings = settings
        self.session = Session(self)
        self.background = Background(self)
        self.library = Library(workspace)
        self.saver = Saver(self)
        self.imports = Imports(workspace, self)
        self.watch = Watch(
            self.session, self.library, self.background, lambda: self.imports.is_running, self
        )
        self.player = CinePlayer(self)
        self.page = ReadingPage(window.actions_by_id, window.pages)
        self.natives = Natives(self.background, self.library)
        self.vne = VneGeneration(self.session, self.library, self.background, self)
        self.artist = Artist(self.session, self.page.panes, Windows(settings), self.natives)
        self.studies: tuple[StudySummary, ...] = ()
        self.pictures: Pictures = {}
        self.unshown: Study | None = None
        """A study that has nothing to show, until another is opened."""

    @property
    def shown_study(self) -> Study | None:
        """The open study, or the one just opened that has nothing to show."""
        return self.session.opened.study if self.session.opened else self.unshown

    def begin(self) -> None:
        """Open the workspace and show what it holds."""
        self.background.ask("workspace", self.library.open, self._take_access, self.refuse)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Import folders and files, then open what they hold."""
        if paths:
            parent = paths[0] if paths[0].is_dir() else paths[0].parent
            self.settings.set_text("last-folder", str(parent))
            self.imports.import_paths(paths)

    def open_study(self, study_id: str, index: int | None = None) -> None:
        """Read a study from the workspace and show it, at a slice or where it was left."""
        self._leave_study()
        place = self.settings.slice_index(study_id) if index is None else index
        reading = partial(self._read_study, study_id, place)
        self.background.ask("study", reading, partial(self._show_study, place), self._stay)

    def rematch(self, matches: tuple[SliceMatch, ...], changed: SliceMatch) -> None:
        """Show the open study with other partners of one slice, once their images are read."""

        def show(read: tuple[AlignedSlice, QImage | None]) -> None:
            self.artist.failures.pop(changed.anchor.slice_id, None)
            self.session.rematch(matches)
            self._take_images(read)

        def refuse(error: BaseException) -> None:
            self.session.rematch(matches)
            self._refuse_slice(changed, error)

        reading = partial(self._read_images, changed)
        self.background.ask(changed.anchor.slice_id, reading, show, refuse)

    def close_study(self) -> None:
        """Go back to the welcome page."""
        self._leave_study()
        self.player.set_playing(is_playing=False)
        self.session.close()
        self.window.welcome.show_recent(self._known_studies())
        self.window.show_page(self.window.welcome)
        self.window.show_title("")
        give_back()

    def take_correction(self, correction: "Correction", words: str) -> None:
        """Show the study of a corrected series as it is now, where it was left."""
        self.window.status.say(words)
        self.background.ask("list", self.library.studies, self.take_list, self.refuse)
        study = self.shown_study
        if study and any(series.series_id == correction.series_id for series in study.series):
            self.open_study(study.study_id)

    def take_import(self, summary: "ImportSummary") -> None:
        """List what was imported and open it, unless a study is being read.

        A study that gained images, or pixels that were lost, is read again.
        """
        offer = tr(LIST_REFUSALS) if summary.lists_losses else ""
        self.window.status.say(summary.sentence, is_warning=not summary.studies, offer=offer)
        self.background.ask("list", self.library.studies, self.take_list, self.refuse)
        opened = self.session.opened
        if opened is not None and opened.study.study_id in summary.rebuilt:
            self.open_study(opened.study.study_id)
        elif opened is None and summary.studies:
            self.open_study(summary.studies[0])

    def refuse(self, error: BaseException) -> None:
        """Say in a line why something was not done."""
        self.window.status.say(sentence(error), is_warning=True)

    def export_csv(self) -> None:
        """Ask where, write the burden there, and say where it is."""
        opened = self.session.opened
        if opened is None:
            return
        folder = Path(self.settings.text("export-folder", str(Path.home())))
        path = choose.ask_csv(self.window, folder / f"{opened.study.pseudonym}-burden.csv")
        if path is None:
            return
        self.settings.set_text("export-folder", str(path.parent))
        writing = write_burden(self.session, self.vne.model, path)
        written = partial(self.window.status.say, tr("Exported to {path}").format(path=path))
        self.background.ask("export", writing, lambda _: written(), self.refuse)

    def remember_place(self) -> None:
        """Note the study and slice, to come back to."""
        opened = self.session.opened
        if opened is not None:
            study = opened.study
            title = study_title(study.pseudonym, study.study_date)
            self.settings.remember(RecentStudy(study.study_id, title, self.session.index))

    def end(self, event: QCloseEvent) -> None:
        """Put everything away, or keep the window when work would be lost and the reader stays."""
        unsaved = 0 if self.saver.flush() else self.saver.unsaved
        if unsaved and not choose.ask_to_lose(self.window, unsaved):
            event.ignore()
            return
        self.watch.end()
        self.vne.leave()
        self.remember_place()
        self.settings.set_layout("reading-page", self.page.layout_state())
        self.settings.save()
        self.player.set_playing(is_playing=False)
        self.imports.jobs.close()
        self.saver.close()
        self.background.close(self.library.close)
        for teller in (self.session, self.session.undo_stack):
            teller.blockSignals(True)  # those who listen are about to go

    def _leave_study(self) -> None:
        """Note the place; images still being read and results kept of it are for nobody."""
        self.remember_place()
        let_go()
        self.vne.leave()
        anchor_ids = [match.anchor.slice_id for match in self.session.matches]
        self.background.forget([*anchor_ids, *OF_ONE_STUDY])

    def _take_access(self, access: Access) -> None:
        if access.can_write:
            self.saver.begin(access.workspace)
        self.window.status.show_saved(
            "" if access.can_write else tr("read-only"), is_safe=access.can_write
        )
        if not access.can_write:
            self.window.status.stand(access.notice)
        elif access.notice:
            self.window.status.say(access.notice, is_warning=True)
        self.take_list(access.studies)
        self.watch.begin()

    def take_list(self, studies: tuple[StudySummary, ...]) -> None:
        """Show another list of studies."""
        self.studies = studies
        self.window.welcome.show_recent(self._known_studies())
        self.listed.emit()

    def _known_studies(self) -> tuple[RecentStudy, ...]:
        """Return the studies opened before, and behind them the others of the workspace."""
        recent = self.settings.recent()
        opened = {study.study_id for study in recent}
        others = (
            RecentStudy(study.study_id, study_title(study.pseudonym, study.study_date))
            for study in self.studies
            if study.study_id not in opened
        )
        return (*recent, *others)[:RECENT_STUDIES]

    def _read_study(self, study_id: str, index: int) -> tuple[OpenStudy, Pictures]:
        """Return a study and the pictures of the images that came with it; in the worker."""
        opened = self.library.study(study_id, index)
        pictures = {images.slice_id: picture_of(images) for images in opened.images}
        return opened, pictures

    def _show_study(self, place: int, read: tuple[OpenStudy, Pictures]) -> None:
        opened, pictures = read
        study = opened.study
        if not opened.matches:
            self.close_study()
            self.unshown = study
            words = tr("{study} has no short-axis images to show.").format(study=study.pseudonym)
            self.window.status.say(words, is_warning=True, offer=tr(SHOW_SERIES))
            return
        self.unshown = None
        self.pictures = pictures
        self.artist.begin_study()
        self.window.show_page(self.page, self.page.bottom)
        self.window.show_title(study.pseudonym)
        is_linked = self.settings.is_linked(study.study_id)
        self.session.open(opened, place, is_linked=is_linked)
        self.remember_place()
        QTimer.singleShot(0, self._read_slices)
        self.player.set_playing(is_playing=self.settings.plays_on_opening)

    def _stay(self, error: BaseException) -> None:
        """Say why a study could not be opened, and go on reading the one that is."""
        self.refuse(error)
        if any(match.anchor.slice_id not in self.pictures for match in self.session.matches):
            self._read_slices()

    def _read_slices(self) -> None:
        """Read the images of every slice not there yet, the shown one and its neighbours first."""
        at = self.session.index
        order = sorted(enumerate(self.session.matches), key=lambda item: abs(item[0] - at))
        for _, match in order:
            if match.anchor.slice_id not in self.pictures:
                reading = partial(self._read_images, match)
                refuse = partial(self._refuse_slice, match)
                self.background.ask(match.anchor.slice_id, reading, self._take_images, refuse)
        self._look_if_ready()

    def _read_images(self, match: SliceMatch) -> tuple[AlignedSlice, QImage | None]:
        """Return the images of a slice and their picture; in the worker."""
        images = self.library.images(match)
        return images, picture_of(images)

    def _take_images(self, read: tuple[AlignedSlice, QImage | None]) -> None:
        images, picture = read
        self.pictures[images.slice_id] = picture
        self.session.take_images(images)
        self._look_if_ready()

    def _refuse_slice(self, match: SliceMatch, error: BaseException) -> None:
        self.artist.failures[match.anchor.slice_id] = sentence(error)
        self.artist.draw_images()
        self.refuse(error)
        self._look_if_ready()

    def _look_if_ready(self) -> None:
        self.listed.emit()
        awaited = {match.anchor.slice_id for match in self.session.matches}
        if awaited and awaited <= self.pictures.keys() | self.artist.failures.keys():
            self.ready.emit()
