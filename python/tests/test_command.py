"""The command in the wheel."""

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


def ended(process: "subprocess.Popen[bytes]") -> int:
    """The exit code of a process that is about to end."""
    try:
        return process.wait(timeout=20)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_command_that_does_not_handle_it(command: list[str], sent: signal.Signals) -> None:
    # Nobody reads, so that it waits in a call of the system.
    process = subprocess.Popen([*command, "generate", "--batches", "100000000"], stdout=subprocess.PIPE)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(sent)
    assert ended(process) == -sent


@pytest.mark.parametrize("command", COMMANDS)
def test_signals_end_a_command_that_handles_them(command: list[str]) -> None:
    process = subprocess.Popen([*command, "validate", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    assert process.poll() is None
    # The first is for a run that reads blocks, the second for one that waits for its input.
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert ended(process) == 3
