"""The command in the wheel."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMANDS = [["mp-forwarding"], [sys.executable, "-m", "mp_forwarding"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_exit_code_is_that_of_the_program(command: list[str], export: Path) -> None:
    def code(*arguments: str | Path) -> int:
        return subprocess.run([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    assert code("--version") == 0
    assert code("validate", export / "Shop_20260301000100000000_00002.txt") == 0
    assert code("validate", export) == 1
    assert code("validate", "nowhere") == 2
    assert code("validate", "s3://mp-forwarding-acme/", "--endpoint", "http://127.0.0.1:1", "--deadline", "0") == 3


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_command_that_waits(command: list[str], sent: signal.Signals) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as out, os.fdopen(reading, "rb") as stdin:
        process = subprocess.Popen([*command, "validate", "-"], stdin=stdin, stderr=subprocess.PIPE)
        # It reads more than one line before it waits for the rest.
        out.write(b'{"events":[],"environment":"production"}\n' * 4)
        out.flush()
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(sent)
        try:
            assert process.wait(timeout=5) == -sent
        finally:
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_second_signal_ends_a_run_at_once(command: list[str]) -> None:
    process = subprocess.Popen(
        [*command, "conform", "--suite", "full", "--batches", "100000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(timeout=20) in (3, -signal.SIGINT)
    finally:
        process.kill()
        process.wait()
