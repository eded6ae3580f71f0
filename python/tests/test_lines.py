"""Single lines."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from mp_forwarding import Validator

GOOD = b'{"events":[],"environment":"production"}'
BAD = b'{"events":[],"environment":"prod"}'


def test_a_line_is_valid_or_not_with_and_without_its_end() -> None:
    validator = Validator()
    for end in (b"", b"\n", b"\r\n"):
        assert validator.check_line(GOOD + end)
        assert not validator.check_line(BAD + end)


def test_lines_are_answered_in_their_order_whatever_their_number() -> None:
    validator = Validator("outbound")
    for count in (0, 1, 1023, 1024, 1025, 5000):
        lines = [GOOD if index % 3 else BAD for index in range(count)]
        assert validator.check_lines(lines) == [line is GOOD for line in lines]
        assert validator.check_lines(iter(lines)) == [line is GOOD for line in lines]


def test_a_text_gives_the_numbers_of_its_wrong_lines() -> None:
    text = b"\n".join([GOOD, BAD, b"", GOOD, b"{", GOOD])
    assert Validator().check_text(text) == [2, 5]
    assert Validator(strict=True).check_text(text) == [2, 3, 5]
    assert Validator().check_text(b"") == []


def test_the_form_and_the_strictness_decide() -> None:
    line = b'{"environment":"production","user_identities":{"customer_id":"1"}}'
    assert Validator("raw").check_line(line)
    assert not Validator("outbound").check_line(line)
    unknown = b'{"events":[],"environment":"production","tomorrow":1}'
    assert Validator().check_line(unknown)
    assert not Validator(strict=True).check_line(unknown)


def test_reasons_name_clause_and_place_and_never_the_value() -> None:
    validator = Validator()
    line = json.dumps({"environment": "a secret", "events": [{"event_type": "custom_event", "data": {"event_name": 5}}]})
    faults = validator.explain(line.encode())
    assert {(fault.clause, fault.pointer) for fault in faults} == {
        ("DTO-8", "/environment"),
        ("DTO-1", "/events/0/data/event_name"),
    }
    assert "secret" not in repr(faults) + "".join(map(str, faults))
    assert validator.explain(GOOD) == []
    (fault,) = validator.explain(b"{")
    assert (fault.clause, fault.pointer) == ("DTO-9", None)


def test_other_types_are_refused() -> None:
    validator = Validator()
    with pytest.raises(TypeError):
        validator.check_line("text")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        validator.check_lines([GOOD, "text"])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        validator.check_lines(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown form `inbound`"):
        Validator("inbound")  # type: ignore[arg-type]


def test_an_error_of_the_iterable_is_passed_on() -> None:
    def lines() -> Iterator[bytes]:
        yield GOOD
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        Validator().check_lines(lines())


def test_the_gil_is_released() -> None:
    validator = Validator()
    text = (GOOD[:-1] + b',"user_attributes":{"a":"' + b"x" * 1000 + b'"}}\n') * 20_000
    begun = threading.Event()
    seconds = []

    def check() -> None:
        begun.set()
        start = time.monotonic()
        assert validator.check_text(text) == []
        seconds.append(time.monotonic() - start)

    thread = threading.Thread(target=check)
    thread.start()
    begun.wait()
    longest, last = 0.0, time.monotonic()
    while thread.is_alive():
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    thread.join()
    # With the GIL held, this thread could not run during the call.
    assert longest < seconds[0] / 2, f"this thread waited {longest} s of {seconds[0]} s"
