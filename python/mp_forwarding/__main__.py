"""The command ``mp-forwarding``, also as ``python -m mp_forwarding``."""

import signal
import sys

from ._native import run_command


def main() -> None:
    """Runs the command and exits with its code."""
    # Python's handler only notes the signal, and runs between two of its own instructions: there are none during the command.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run_command(["mp-forwarding", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
