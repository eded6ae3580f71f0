"""
The compiled part of `mp_forwarding`.
"""

from _typeshed import SupportsGetItem
from collections.abc import Iterable
from os import PathLike
from typing import Any, Literal, SupportsIndex, final

__all__ = ["Batches", "Fault", "Partial", "Settings", "Validator", "check_policy", "merge", "partial", "render_policy", "render_report", "run_command", "schema", "schemas", "validate"]

@final
class Batches:
    """
    Synthetic batches, one line of JSON each, without the line end. The same seed gives the same lines.

    It is an iterator. A pickled one continues where it was.
    """
    def __iter__(self, /) -> Batches: ...
    def __new__(cls, /, batches: SupportsIndex, seed: SupportsIndex, clock: str, taken: SupportsIndex = 0) -> Batches: ...
    def __next__(self, /) -> bytes: ...
    def __reduce__(self, /) -> tuple[type, tuple[int, int, str, int]]: ...

@final
class Fault:
    """
    One thing that is wrong with a line. Values of events are never shown: ``found`` has the type and the size.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(cls, /, clause: str, pointer: str | None, expected: str, found: str) -> Fault: ...
    def __reduce__(self, /) -> tuple[type, tuple[str, str | None, str, str]]: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    @property
    def clause(self, /) -> str:
        """
        The id of the clause that is broken; ``mp-forwarding clause ID`` explains it.
        """
    @property
    def expected(self, /) -> str:
        """
        What was expected.
        """
    @property
    def found(self, /) -> str:
        """
        What was found, masked; empty where ``expected`` is the whole message.
        """
    @property
    def pointer(self, /) -> str | None:
        """
        The JSON Pointer of the place; None for a line that is not JSON.
        """

@final
class Partial:
    """
    What a validation of some files found, to be merged with that of others: see :func:`mp_forwarding.merge`.

    It has no values of events. It pickles, and has at most a few MB.
    """
    def __add__(self, other: object, /) -> Partial: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, tuple[bytes]]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def from_bytes(content: bytes) -> Partial:
        """
        Reads the content of a file of ``mp-forwarding validate --partial FILE``.

        :raises UsageError: if it is something else, or of another version
        """
    def to_bytes(self, /) -> bytes:
        """
        The content of such a file.
        """

@final
class Settings:
    """
    The checked settings of a connection: every rule of one setting and between settings holds.

    Settings pickle if they have no access key. One with a key does not: the key would be in the pickle.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __getitem__(self, id: str, /) -> str:
        """
        The value of a setting by mParticle's id, as text. Of a key it says only whether it is set.

        :raises KeyError: if there is no such setting
        """
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __repr__(self, /) -> str: ...
    @property
    def bucket(self, /) -> str:
        """
        The name of the bucket.
        """
    @property
    def folder(self, /) -> str | None:
        """
        The folder of all objects, if there is one.
        """
    @staticmethod
    def from_json(text: str) -> Settings:
        """
        Reads the text of a JSON settings file.

        :raises SettingsError: as for :meth:`load`
        """
    @staticmethod
    def from_toml(text: str) -> Settings:
        """
        Reads the text of a TOML settings file.

        :raises SettingsError: as for :meth:`load`
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> Settings:
        """
        Reads a settings file, TOML or JSON.

        :raises SettingsError: if it cannot be read, or has settings that cannot be used; ``problems`` names each
        """
    def notes(self, /) -> list[str]:
        """
        Settings that have no effect, or less than their names promise: one sentence each.
        """
    @property
    def role_based(self, /) -> bool:
        """
        Whether mParticle's own roles write, rather than a user with an access key.
        """
    def to_json(self, /) -> str:
        """
        A JSON settings file with every setting and option, without the access key.
        """

@final
class Validator:
    """
    Checks lines against the schema of a batch, as one pass over the bytes.

    Make one and share it: it is immutable and safe in threads. Pickling copies its arguments, not the compiled schema.

    :param form: ``"outbound"`` as the export writes batches, or ``"raw"`` as ``raw_data_feed`` does
    :param strict: accept only documented fields and values
    :raises ValueError: if ``form`` is neither
    """
    def __new__(cls, /, form: Literal["outbound", "raw"] = ..., strict: bool = False) -> Validator: ...
    def __reduce__(self, /) -> tuple[type, tuple[Literal["outbound", "raw"], bool]]: ...
    def __repr__(self, /) -> str: ...
    def check_line(self, /, line: bytes) -> bool:
        """
        Whether a line is a valid batch. It may have its line end.

        :raises TypeError: if it is not ``bytes``
        """
    def check_lines(self, /, lines: Iterable[bytes]) -> list[bool]:
        """
        Whether each line is a valid batch: one answer per line, in their order. Takes any iterable of ``bytes``, such as a file that
        is opened with ``"rb"``.

        :raises TypeError: if a line is not ``bytes``
        """
    def check_text(self, /, text: bytes) -> list[int]:
        """
        The numbers of the lines of a text that are not valid batches, counted from 1. Blank lines are wrong only for a strict
        validator. The list is empty if every line is valid.

        Rules for whole files, such as a line end after the last line, are those of :func:`mp_forwarding.validate`.

        :raises TypeError: if it is not ``bytes``
        """
    def explain(self, /, line: bytes) -> list[Fault]:
        """
        What is wrong with a line, up to 1,000 faults; empty if it is valid. Much slower than ``check_line``: ask it only about
        lines that are not valid.

        :raises TypeError: if it is not ``bytes``
        """
    @property
    def form(self, /) -> Literal["outbound", "raw"]:
        """
        ``"outbound"`` or ``"raw"``.
        """
    @property
    def strict(self, /) -> bool:
        """
        Whether only documented fields and values are accepted.
        """

def check_policy(policy: str, name: str, *, bucket: str | None = None, pod: str | None = None, account: str | None = None, writer_role: str | None = None, verify_role: str | None = None, partition: str = "aws", folder: str | None = None, encryption: str = "None", owner: str | None = None, mparticle_cidr: SupportsGetItem[int, str] = ..., fail_on: str = "warning") -> str:
    """
    The report of the linter as JSON. See `mp_forwarding.check_policy`.
    """

def merge(partials: SupportsGetItem[int, Partial]) -> str:
    """
    The report of the whole as JSON.
    """

def partial(arguments: SupportsGetItem[int, str]) -> Partial:
    """
    What `mp-forwarding validate` with these arguments finds.
    """

def render_policy(kind: str, bucket: str, *, edition: str = "strict", pod: str | None = None, account: str | None = None, writer_role: str | None = None, verify_role: str | None = None, partition: str = "aws", folder: str | None = None, conformance_folder: str | None = None, kms_key_arn: str | None = None, source_vpce: SupportsGetItem[int, str] = ..., owner: str | None = None, iam_user: str | None = None, iam_role: str | None = None) -> str:
    """
    A policy as JSON. See `mp_forwarding.render_policy`.
    """

def render_report(report: str, format: str, width: SupportsIndex | None = None) -> str:
    """
    Writes a report of `validate` or `policy check`, given as JSON, in another format. A table is at most `width` columns wide.
    """

def run_command(arguments: SupportsGetItem[int, str]) -> int:
    """
    Runs a command of the program. `arguments` begin with the program's name. Returns the exit code.
    """

def schema(name: str) -> str | None:
    """
    The published schema of this name as JSON; None if there is none.
    """

def schemas() -> list[str]:
    """
    The names of the published schemas.
    """

def validate(arguments: SupportsGetItem[int, str]) -> str:
    """
    The report of `mp-forwarding validate` with these arguments, as JSON.
    """
