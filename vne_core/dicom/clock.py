"""DICOM dates and times as numbers (PS3.5 6.2: DA, TM, DT)."""

import datetime as dt
import re
from typing import Final

_TIME: Final = re.compile(r"(\d\d):?(\d\d)?:?(\d\d)?(\.\d{1,6})?")
_DATE: Final = re.compile(r"(\d{4})[.-]?(\d\d)[.-]?(\d\d)")
_SECONDS_A_DAY: Final = 86_400


def seconds_of_day(time_text: str) -> float | None:
    """Return seconds since midnight of a TM text; None for what is no time."""
    match = _TIME.fullmatch(time_text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    return hours * 3600 + minutes * 60 + seconds + float(match[4] or 0)


def seconds_since_study(study_date: str, date_text: str, time_text: str) -> float | None:
    """Return seconds since midnight of the study's day; past midnight they go beyond a day.

    A date that is absent or no real date (20120000) counts as the study's day.
    """
    seconds = seconds_of_day(time_text)
    first, day = _date(study_date), _date(date_text)
    if seconds is None or first is None or day is None:
        return seconds
    return seconds + (day - first).days * _SECONDS_A_DAY


def seconds_of_moment(study_date: str, moment: str) -> float | None:
    """Return seconds since midnight of the study's day of a DT text; the time zone is local."""
    local = re.split(r"[+-]", moment, maxsplit=1)[0]
    return seconds_since_study(study_date, local[:8], local[8:])


def _date(text: str) -> dt.date | None:
    """Return a DA text as a date, None for what is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
