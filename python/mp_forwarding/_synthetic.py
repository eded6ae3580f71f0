"""Synthetic batches."""

from __future__ import annotations

from ._native import Batches


def generate(batches: int = 1_000, *, seed: int = 7, clock: str = "2026-03-01T00:00:02Z") -> Batches:
    """Makes batches as mParticle's inputs send them: the form ``"raw"``. The same arguments give the same lines.

    :param batches: how many
    :param clock: when the first batch is received, RFC 3339
    :returns: an iterator of lines, ``bytes`` without the line end
    :raises UsageError: if ``clock`` is no time
    """
    return Batches(batches, seed, clock)
