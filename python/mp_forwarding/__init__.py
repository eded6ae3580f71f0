"""Validate mParticle's event export to Amazon S3.

A line, yes or no::

    from mp_forwarding import Validator

    validator = Validator("outbound")
    validator.check_line(b'{"events":[],"environment":"production"}')  # True

Files, folders and buckets, with a report::

    import mp_forwarding

    report = mp_forwarding.validate("s3://acme/exports/", settings="connection.toml")
    print(report)
    report.ok

Values of events are never in a report: it has the expected value, and the type and size of the found one.
"""

from ._errors import Error, SettingsError, TargetError, UsageError
from ._native import Batches, Fault, Partial, Settings, Validator
from ._policies import check_policy, render_policy
from ._report import Check, Finding, Place, PoliciesSummary, Report, ValidationSummary
from ._schemas import schema, schemas
from ._synthetic import generate
from ._validate import ValidateOptions, merge, partial, validate

__all__ = [
    "Batches",
    "Check",
    "Error",
    "Fault",
    "Finding",
    "Partial",
    "Place",
    "PoliciesSummary",
    "Report",
    "Settings",
    "SettingsError",
    "TargetError",
    "UsageError",
    "ValidateOptions",
    "ValidationSummary",
    "Validator",
    "check_policy",
    "generate",
    "merge",
    "partial",
    "render_policy",
    "schema",
    "schemas",
    "validate",
]
