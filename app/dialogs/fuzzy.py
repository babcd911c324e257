"""How well typed letters fit an action's words; lower is better, None is not at all."""

from collections.abc import Sequence

_TITLE_START, _TITLE_INITIALS, _TITLE_INSIDE = 0.0, 0.5, 1.0
_OTHER_START, _OTHER_INSIDE = 2.0, 3.0
_SCATTERED = 4.0
"""Letters of the title in order with others between them, the last resort."""
_WIDEST = 2
"""Letters of the title over which each of those may reach: nearly every title has them further apart."""
_PLACE_WEIGHT = 0.01
"""Breaks ties: what stands earlier in the title comes first."""


def distance(typed: str, title: str, others: str = "") -> float | None:
    """Return how far ``typed`` is from a title and the other words it may be looked for by.

    Every typed word must fit somewhere; upper and lower case are the same. Nothing typed fits all.
    """
    title, others = title.casefold(), others.casefold()
    total = 0.0
    for word in typed.casefold().split():
        one = _word_distance(word, title, others)
        if one is None:
            return None
        total += one
    return total


def _word_distance(word: str, title: str, others: str) -> float | None:
    names = title.split()
    place = title.find(word)
    if (at := _starting(word, names)) is not None:
        return _TITLE_START + at * _PLACE_WEIGHT
    if "".join(name[0] for name in names).startswith(word) and len(word) > 1:
        return _TITLE_INITIALS
    if place >= 0:
        return _TITLE_INSIDE + place * _PLACE_WEIGHT
    if _starting(word, others.split()) is not None:
        return _OTHER_START
    if word in others:
        return _OTHER_INSIDE
    spread = _spread(word, title)
    return None if spread is None else _SCATTERED + spread * _PLACE_WEIGHT


def _starting(word: str, names: Sequence[str]) -> int | None:
    """Return which of the names starts with a word."""
    return next((at for at, name in enumerate(names) if name.startswith(word)), None)


def _spread(word: str, title: str) -> int | None:
    """Return how many letters of the title the word's letters, in order, reach over, if few."""
    starts = (at for at, letter in enumerate(title) if letter == word[0])
    reaches = [reach for at in starts if (reach := _reach(word, title, at)) is not None]
    return min((reach for reach in reaches if reach <= _WIDEST * len(word)), default=None)


def _reach(word: str, title: str, first: int) -> int | None:
    """Return over how many letters from ``first`` on the word's letters stand in order."""
    at = first
    for letter in word[1:]:
        at = title.find(letter, at + 1)
        if at < 0:
            return None
    return at - first + 1
