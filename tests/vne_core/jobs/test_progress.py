import threading

import pytest

from vne_core.errors import VneError
from vne_core.jobs.events import Progress
from vne_core.jobs.progress import reporting


def drain(generator):
    """Return the events of a generator and the value it returns."""
    events = []
    while True:
        try:
            events.append(next(generator))
        except StopIteration as stop:
            return events, stop.value


def test_reports_become_events_and_the_value_is_returned():
    def work(report, cancelled):
        report(3, 4)
        return "value"

    events, value = drain(reporting(work, "reading", lambda: False))
    assert events == [Progress(3, 4, "reading")]
    assert value == "value"


def test_the_error_of_the_work_is_raised_to_the_listener():
    def work(report, cancelled):
        raise VneError("broken")

    with pytest.raises(VneError, match="broken"):
        drain(reporting(work, "", lambda: False))


def test_work_that_nobody_listens_to_is_told_to_stop():
    told = threading.Event()

    def work(report, cancelled):
        report(0, 1)
        while not cancelled():
            pass
        told.set()

    generator = reporting(work, "", lambda: False)
    next(generator)
    generator.close()
    assert told.is_set()


def test_the_wish_to_stop_reaches_the_work():
    _, value = drain(reporting(lambda report, cancelled: cancelled(), "", lambda: True))
    assert value
