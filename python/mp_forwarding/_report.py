"""Reports of ``validate`` and ``policy check``."""

from __future__ import annotations

import html
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Generic, Literal, TypedDict, TypeVar, overload

from ._native import render_report


class Place(TypedDict, total=False):
    """A place of a fault, as precisely as it is known."""

    case: str
    object: str
    line: int
    pointer: str
    found: str


class Finding(TypedDict, total=False):
    """All faults with one cause. ``check``, ``severity``, ``message``, ``count`` and ``places`` are always there."""

    check: str
    clause: str
    setting: str
    severity: Literal["note", "warning", "error"]
    place: str
    message: str
    expected: str
    remedy: str
    count: int
    known: bool
    baseline_count: int
    places: list[Place]


class Check(TypedDict, total=False):
    """A check and its outcome. ``id``, ``title`` and ``outcome`` are always there."""

    id: str
    clause: str
    title: str
    outcome: Literal["pass", "fail", "skip", "not_applicable", "open"]
    reason: str
    missing_permission: str
    seen: str
    needs: list[str]
    consequence_of: list[str]
    failed_cases: list[str]
    passed_cases: list[str]
    milliseconds: int


class Tool(TypedDict, total=False):
    """The program that made a report."""

    name: str
    version: str
    commit: str


class ValidationSummary(TypedDict, total=False):
    """What ``validate`` read. Counts that are 0 can be missing, apart from ``files``, ``lines``, ``wrong_lines`` and the bytes."""

    schema: str
    files: int
    verification_objects: int
    vanished: int
    unread: int
    other_dates: int
    undated: int
    sample: dict[str, Any]
    lines: int
    wrong_lines: int
    cut_lines: int
    wrong_files: int
    worst_files: list[dict[str, Any]]
    repair: dict[str, Any]
    resumed: dict[str, Any]
    text_bytes: int
    stored_bytes: int
    unlisted: dict[str, int]
    baseline: dict[str, Any]
    errors: list[str]
    more_errors: int
    stopped: bool
    disagreements: int
    contents: dict[str, Any]


class PoliciesSummary(TypedDict):
    """The policies that ``check_policy`` read."""

    files: list[str]


Summary = TypeVar("Summary", ValidationSummary, PoliciesSummary)


class Report(Mapping[str, Any], Generic[Summary]):
    """A report: a mapping of the form that ``mp-forwarding schema print report`` describes.

    ``print(report)`` shows the table that the command shows. In a notebook, a report shows the page of ``--report page.html``.

    :param source: the report as JSON, for instance the content of a file of ``--report report.json``
    :raises UsageError: if it is not a report of this version
    """

    __slots__ = ("_data",)

    def __init__(self, source: str | Mapping[str, Any]) -> None:
        text = source if isinstance(source, str) else json.dumps(source)
        # Read by the program once, so that everything below can rely on the form.
        self._data: dict[str, Any] = json.loads(render_report(text, "json"))

    @property
    def checks(self) -> list[Check]:
        """Every check with its outcome."""
        return list(self._data["checks"])

    @property
    def findings(self) -> list[Finding]:
        """The faults, one entry per cause, with the first places of each."""
        return list(self._data["findings"])

    @property
    def summary(self) -> Summary:
        """What was read, and what only this command reports."""
        summary: Summary = self._data["summary"]
        return summary

    @property
    def incomplete(self) -> str | None:
        """Why not everything was checked; None if everything was."""
        reason = self._data.get("incomplete")
        return None if reason is None else str(reason)

    @property
    def verdict(self) -> Literal["ok", "FAILED", "INCOMPLETE"]:
        """``"FAILED"`` if a check failed, else ``"INCOMPLETE"`` if not everything was checked, else ``"ok"``."""
        if any(check["outcome"] == "fail" for check in self.checks):
            return "FAILED"
        return "ok" if self.incomplete is None else "INCOMPLETE"

    @property
    def ok(self) -> bool:
        """Whether no check failed and everything was checked."""
        return self.verdict == "ok"

    def to_json(self) -> str:
        """The report as JSON, as ``--report report.json`` writes it."""
        return self.render("json")

    def render(self, format: str, width: int | None = None) -> str:
        """The report in a format of the command: ``human``, ``json``, ``jsonl``, ``junit``, ``markdown``, ``html``, ``sarif``,
        ``badge`` or ``github``.

        :param width: the widest line of ``human``; 120 by default
        :raises UsageError: if the command does not have this format
        """
        return render_report(json.dumps(self._data), format, width)

    @overload
    def __getitem__(self, name: Literal["checks"]) -> list[Check]: ...
    @overload
    def __getitem__(self, name: Literal["findings"]) -> list[Finding]: ...
    @overload
    def __getitem__(self, name: Literal["summary"]) -> Summary: ...
    @overload
    def __getitem__(self, name: Literal["tool"]) -> Tool: ...
    @overload
    def __getitem__(self, name: Literal["command", "target", "started_at", "incomplete"]) -> str: ...
    @overload
    def __getitem__(self, name: Literal["milliseconds", "unlisted_findings"]) -> int: ...
    @overload
    def __getitem__(self, name: str) -> Any: ...
    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __str__(self) -> str:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        return _without_colors(self.render("human", width)).rstrip("\n")

    def __repr__(self) -> str:
        return f"<Report {self.verdict}: {self['command']} of {self['target']}>"

    def _repr_html_(self) -> str:
        # The page has styles of its own: in a frame, they do not reach the rest of the notebook. Scripts are not allowed in it.
        page = html.escape(self.render("html"), quote=True)
        return f'<iframe srcdoc="{page}" sandbox="allow-same-origin" style="width:100%;height:32em;border:0"></iframe>'


def _without_colors(text: str) -> str:
    """The text without the escape sequences of colours."""
    parts = text.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])
