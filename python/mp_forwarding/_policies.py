"""Policies: rendered and checked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from . import _native
from ._report import PoliciesSummary, Report


def render_policy(
    kind: Literal["bucket", "user", "key", "reader", "preflight"],
    *,
    bucket: str,
    edition: Literal["strict", "documented", "minio"] = "strict",
    pod: str | None = None,
    account: str | None = None,
    writer_role: str | None = None,
    verify_role: str | None = None,
    partition: Literal["aws", "aws-cn", "aws-us-gov"] = "aws",
    folder: str | None = None,
    conformance_folder: str | None = None,
    kms_key_arn: str | None = None,
    source_vpce: Sequence[str] = (),
    owner: str | None = None,
    iam_user: str | None = None,
    iam_role: str | None = None,
) -> dict[str, Any]:
    """The policy that lets mParticle write to a bucket, or your own role read it: a document of IAM.

    :param kind: ``"bucket"`` (role-based access), ``"user"`` (user-based access), ``"key"`` (role-based access with KMS),
        ``"reader"`` (your own role) or ``"preflight"`` (what runs ``preflight``)
    :param pod: the pod that hosts your organisation: us1, us2, eu1 or au1
    :raises UsageError: if a value cannot be used, with the reason and the way out

    The other options are those of ``mp-forwarding policy render --help``.
    """
    text = _native.render_policy(
        kind,
        bucket,
        edition=edition,
        pod=pod,
        account=account,
        writer_role=writer_role,
        verify_role=verify_role,
        partition=partition,
        folder=folder,
        conformance_folder=conformance_folder,
        kms_key_arn=kms_key_arn,
        source_vpce=list(source_vpce),
        owner=owner,
        iam_user=iam_user,
        iam_role=iam_role,
    )
    policy: dict[str, Any] = json.loads(text)
    return policy


def check_policy(
    policy: str | Mapping[str, Any],
    *,
    name: str = "policy",
    bucket: str | None = None,
    pod: str | None = None,
    account: str | None = None,
    writer_role: str | None = None,
    verify_role: str | None = None,
    partition: Literal["aws", "aws-cn", "aws-us-gov"] = "aws",
    folder: str | None = None,
    encryption: Literal["None", "AES256", "aws:kms", "aws:kms:dsse"] = "None",
    owner: str | None = None,
    mparticle_cidr: Sequence[str] = (),
    fail_on: Literal["error", "warning", "note"] = "warning",
) -> Report[PoliciesSummary]:
    """Checks a policy, with a reason and a remedy for each finding.

    :param policy: the document, as JSON or as a mapping
    :param name: its name in the report
    :param fail_on: the least severe finding with which ``report.ok`` is false
    :raises UsageError: if it is no policy, or an option cannot be used

    The other options are those of ``mp-forwarding policy check --help``.
    """
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return Report(
        _native.check_policy(
            text,
            name,
            bucket=bucket,
            pod=pod,
            account=account,
            writer_role=writer_role,
            verify_role=verify_role,
            partition=partition,
            folder=folder,
            encryption=encryption,
            owner=owner,
            mparticle_cidr=list(mparticle_cidr),
            fail_on=fail_on,
        )
    )
