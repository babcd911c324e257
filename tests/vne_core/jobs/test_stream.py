from vne_core.jobs.events import Failed, Finished, Progress, to_line
from vne_core.jobs.stream import LONGEST_LINE_BYTES, JobStream


def test_events_come_out_whatever_pieces_the_bytes_come_in():
    told = [Progress(1, 3, "décoding"), Progress(2, 3), Finished({"a": [1, 2]})]
    data = "".join(map(to_line, told)).encode()
    for size in (1, 7, 50, len(data)):
        stream = JobStream()
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        assert [event for piece in pieces for event in stream.feed(piece)] == told


def test_a_line_that_is_no_event_ends_the_stream_as_a_failure():
    stream = JobStream()
    events = stream.feed(b"hello\n" + to_line(Finished({})).encode())
    assert [type(event) for event in events] == [Failed]
    assert stream.end(0) is None
    assert stream.terminal.code == "protocol"


def test_bytes_that_are_no_text_end_the_stream_as_a_failure():
    assert isinstance(JobStream().feed(b"\xff\xfe\n")[0], Failed)


def test_an_endless_line_ends_the_stream_as_a_failure():
    assert isinstance(JobStream().feed(b"x" * (LONGEST_LINE_BYTES + 1))[0], Failed)


def test_a_death_tells_the_signal_and_the_last_line_of_the_log():
    stream = JobStream()
    stream.feed(b'{"protocol":1,"event":"Prog')
    death = stream.end(-9, "first\nOut of memory\n")
    assert death == Failed("died", "the job ended without a result (signal 9): Out of memory")
    assert stream.terminal == death


def test_an_end_after_the_terminal_event_adds_nothing():
    stream = JobStream()
    stream.feed(to_line(Finished({})).encode())
    assert stream.end(1, "noise at exit") is None
