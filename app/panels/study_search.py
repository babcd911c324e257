"""Which rows of the study browser are shown, and in which order: plain values, without widgets."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.panels.rows import Badge, SliceRow, StudyRow


class Order(StrEnum):
    """How patients and their studies are sorted."""

    DATE = "Newest first"
    PSEUDONYM = "By pseudonym"
    UNCONFIRMED = "Unconfirmed first"


@dataclass(frozen=True, slots=True)
class StudyBranch:
    """A study that is shown, with the slices that are, each with its place in the study."""

    study: StudyRow
    slices: tuple[tuple[int, SliceRow], ...]
    is_narrowed: bool = False
    """True where a search left some slices out."""


@dataclass(frozen=True, slots=True)
class PatientBranch:
    """A patient with the studies that are shown."""

    title: str
    studies: tuple[StudyBranch, ...]


_WORD = re.compile(r"slice\s+\d+|\S+")
_BADGE_WORDS = {
    Badge.EMPTY: "empty no contours",
    Badge.STARTED: "unconfirmed incomplete contoured",
    Badge.DRAWN: "unconfirmed contoured",
    Badge.CONFIRMED: "confirmed contoured",
}


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A study whole, with the words it is found by; each word stands behind a space."""

    whole: StudyBranch
    own: str
    tally: str
    of_slices: tuple[str, ...]


class StudyIndex:
    """The studies of a workspace with the words they are found by."""

    def __init__(self, rows: Sequence[StudyRow] = ()) -> None:
        self._studies = tuple(_indexed(row) for row in rows)

    def arranged(self, query: str, order: Order) -> tuple[PatientBranch, ...]:
        """Return the patients to show.

        A search is a row of beginnings of words, each of which must be found: in the pseudonym
        or date, in what a slice has (t1, cine, lge, vne) or is (confirmed, unconfirmed, excluded,
        matched, unmatched, empty). A slice's number belongs to the word before it. What a study's
        own words fulfil shows all of its slices.
        """
        words = [f" {' '.join(word.split())}" for word in _WORD.findall(query.casefold())]
        branches = [found for one in self._studies if (found := _found(one, words))]
        by_patient: dict[str, list[StudyBranch]] = defaultdict(list)
        for branch in branches:
            by_patient[branch.study.title].append(branch)
        patients = [
            PatientBranch(title, tuple(sorted(studies, key=_date, reverse=True)))
            for title, studies in by_patient.items()
        ]
        return tuple(_sorted(patients, order))


def _sorted(patients: list[PatientBranch], order: Order) -> list[PatientBranch]:
    match order:
        case Order.PSEUDONYM:
            return sorted(patients, key=lambda patient: patient.title.casefold())
        case Order.DATE:
            return sorted(patients, key=_newest, reverse=True)
        case Order.UNCONFIRMED:
            newest = sorted(patients, key=_newest, reverse=True)
            return sorted(newest, key=_is_all_confirmed)


def _found(one: _Indexed, words: Sequence[str]) -> StudyBranch | None:
    """Return what a search leaves of a study, None where nothing."""
    study, places = one.whole.study, one.whole.slices
    left = [word for word in words if word not in one.own]
    kept = list(zip(places, one.of_slices, strict=True))
    for word in left:
        kept = [pair for pair in kept if word in pair[1]]
    if not left or 0 < len(kept) == len(places):
        return one.whole
    if kept:
        return StudyBranch(study, tuple(place for place, _ in kept), is_narrowed=True)
    may_hold = study.slices is None and all(word in one.tally for word in words)
    return one.whole if may_hold else None


def _indexed(row: StudyRow) -> _Indexed:
    own = _words(row.title, row.title.replace("-", " "), row.date, row.date.replace("-", ""))
    counts = {"unconfirmed contoured": row.unconfirmed, "confirmed contoured": row.confirmed}
    tally = own + _words(*(words for words, count in counts.items() if count))
    slices = row.slices or ()
    whole = StudyBranch(row, tuple(enumerate(slices)))
    return _Indexed(whole, own, tally, tuple(_slice_words(one) for one in slices))


def _slice_words(row: SliceRow) -> str:
    return _words(
        row.title,
        row.detail.replace("·", " "),
        _BADGE_WORDS[row.badge],
        f"excluded {row.excluded}" if row.excluded else "",
        "unmatched" if row.look_again else "matched",
        "vne" if row.has_vne else "",
    )


def _words(*texts: str) -> str:
    return " " + " ".join(" ".join(texts).casefold().split())


def _date(branch: StudyBranch) -> str:
    return branch.study.date


def _newest(patient: PatientBranch) -> str:
    return max(branch.study.date for branch in patient.studies)


def _is_all_confirmed(patient: PatientBranch) -> bool:
    return not any(branch.study.unconfirmed for branch in patient.studies)
