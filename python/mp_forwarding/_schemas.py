"""The published JSON Schemas."""

from __future__ import annotations

import json
from typing import Any

from . import _native
from ._errors import UsageError


def schema(name: str) -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12) of this name, for instance ``"batch"`` or ``"report"``.

    :raises UsageError: if there is none
    """
    text = _native.schema(name)
    if text is None:
        raise UsageError(f"there is no schema `{name}` (known: {', '.join(schemas())})")
    document: dict[str, Any] = json.loads(text)
    return document


def schemas() -> list[str]:
    """The names of the published schemas."""
    return _native.schemas()
