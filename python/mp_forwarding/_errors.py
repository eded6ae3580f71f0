"""The errors of this package."""

from __future__ import annotations


class Error(Exception):
    """Any error of this package. Findings are no errors: they are in the report."""


class UsageError(Error, ValueError):
    """An argument or an input cannot be used as given. The message has the value, the bound and the way out."""


class SettingsError(UsageError):
    """Settings cannot be used as given."""

    def __init__(self, message: str, problems: list[str] | None = None) -> None:
        super().__init__(message, problems or [])

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def problems(self) -> list[str]:
        """Each setting that is wrong, with the reason. Empty if the file could not be read at all."""
        return list(self.args[1])


class TargetError(Error, OSError):
    """The bucket cannot be reached, or refuses."""
