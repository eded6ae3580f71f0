"""Validation of files and buckets."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from . import _native
from ._native import Settings
from ._report import Report, ValidationSummary

if TYPE_CHECKING:
    from typing_extensions import TypeAlias, Unpack

    Path: TypeAlias = str | os.PathLike[str]


class ValidateOptions(TypedDict, total=False):
    """The options of ``mp-forwarding validate``, with ``_`` for ``-``. ``mp-forwarding validate --help`` describes each."""

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
    show: Literal["files"]
    max_line_bytes: int
    max_expansion: int
    jobs: int
    summary: bool
    deadline: int
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


def validate(paths: Path | Iterable[Path], **options: Unpack[ValidateOptions]) -> Report[ValidationSummary]:
    """Checks every line of exported files, and counts their contents.

    Runs on every core with bounded memory, and releases the GIL.

    :param paths: a file, a folder, a pattern or ``s3://bucket/prefix``, or several of them
    :param options: see :class:`ValidateOptions`; ``settings`` also takes a :class:`Settings`
    :returns: the report. Findings are in it, and so is what could not be read: see ``report.ok`` and ``report.incomplete``
    :raises SettingsError: if the settings cannot be used
    :raises UsageError: if an option cannot be used
    :raises TargetError: if the bucket cannot be connected to
    """
    with _arguments(paths, options) as arguments:
        return Report(_native.validate(arguments))


@contextmanager
def _arguments(paths: Path | Iterable[Path], options: ValidateOptions) -> Iterator[list[str]]:
    """The arguments of the command."""
    arguments: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mp-forwarding-") as folder:
        for name, value in cast("dict[str, Any]", options).items():
            option = "--" + name.replace("_", "-")
            if isinstance(value, Settings):
                # Only the user can read the folder.
                file = os.path.join(folder, "settings.json")
                with open(file, "w", encoding="utf-8") as out:
                    out.write(value.to_json())
                value = file
            if name == "summary":
                # Contents are counted unless the command is told not to.
                arguments += [] if value else ["--no-summary"]
            elif value is True:
                arguments.append(option)
            elif value is not None and value is not False:
                arguments.append(f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
        given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
        yield [*arguments, "--", *(os.fspath(path) for path in given)]
