"""Validation of files and buckets."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from . import _native
from ._native import Partial, Settings
from ._report import Report, ValidationSummary

if TYPE_CHECKING:
    from typing_extensions import TypeAlias, Unpack

    Path: TypeAlias = str | os.PathLike[str]


class ValidateOptions(TypedDict, total=False):
    """The options of ``mp-forwarding validate``, with ``_`` for ``-``. ``mp-forwarding validate --help`` describes each.

    ``settings`` also takes a :class:`Settings`, and ``keys`` the keys themselves.
    """

    form: Literal["outbound", "raw"]
    strict: bool
    limits: bool
    names: bool
    settings: Path | Settings
    baseline: Path
    baseline_max: int
    allow_empty: bool
    max_errors: int
    repair: Path
    all_places: bool
    keys: Path | Iterable[Path]
    known: Path
    state: Path
    shard: str
    fetches: int
    show: Literal["files"]
    max_line_bytes: int
    max_expansion: int
    jobs: int
    summary: bool
    deadline: int | str
    since: str
    until: str
    sample: str
    seed: int
    endpoint: str
    virtual_host: bool
    region: str
    ca_bundle: Path
    profile: str
    role_arn: str
    external_id: str


def validate(paths: Path | Iterable[Path] = (), **options: Unpack[ValidateOptions]) -> Report[ValidationSummary]:
    """Checks every line of exported files, and counts their contents.

    Runs on every core with bounded memory, and releases the GIL. What Python's handler of a signal raises ends it.

    :param paths: a file, a folder, a pattern or ``s3://bucket/prefix``, or several of them; none with ``keys``
    :param options: see :class:`ValidateOptions`
    :returns: the report. Findings are in it, and so is what could not be read: see ``report.ok`` and ``report.incomplete``
    :raises SettingsError: if the settings cannot be used
    :raises UsageError: if an option cannot be used
    :raises TargetError: if the bucket cannot be connected to
    """
    with _arguments(paths, options) as arguments:
        return Report(_native.validate(arguments))


def partial(paths: Path | Iterable[Path] = (), **options: Unpack[ValidateOptions]) -> Partial:
    """Checks a part of the files, and returns what :func:`merge` makes the report of the whole of.

    The parts are files that the caller divides, or shards: ``shard="1/4"`` to ``shard="4/4"`` of the same paths.

    :raises UsageError: as for :func:`validate`, which describes the arguments; an option about the whole cannot be used either
    """
    with _arguments(paths, options) as arguments:
        return _native.partial(arguments)


def merge(partials: Iterable[Partial]) -> Report[ValidationSummary]:
    """The report of the whole: the one that a single :func:`validate` of all files gives, apart from its times.

    :param partials: in any order; a shard that is missing makes the report incomplete
    :raises UsageError: if there is none, or they do not belong together: other options, or the same files twice
    """
    return Report(_native.merge(list(partials)))


@contextmanager
def _arguments(paths: Path | Iterable[Path], options: ValidateOptions) -> Iterator[list[str]]:
    """The arguments of the command."""
    arguments: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mp-forwarding-") as folder:

        def file(name: str, text: str) -> str:
            # Only the user can read the folder.
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            return path

        for name, value in cast("dict[str, Any]", options).items():
            option = "--" + name.replace("_", "-")
            if isinstance(value, Settings):
                value = file("settings.json", value.to_json())
            if name == "keys" and value is not None and not isinstance(value, (str, os.PathLike)):
                value = file("keys.txt", "".join(f"{os.fspath(key)}\n" for key in value))
            if name == "summary":
                # Contents are counted unless an option turns that off.
                arguments += [] if value else ["--no-summary"]
            elif value is True:
                arguments.append(option)
            elif value is not None and value is not False:
                arguments.append(f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        yield [*arguments, "--", *(os.fspath(path) for path in given)]
