"""Policies, schemas and synthetic batches."""

import json

import mp_forwarding
import pytest
from mp_forwarding import UsageError, check_policy, render_policy


def test_a_rendered_policy_has_no_finding() -> None:
    policy = render_policy("bucket", bucket="mp-forwarding-acme", pod="us1", folder="exports")
    for given in (policy, json.dumps(policy)):
        report = check_policy(given, pod="us1", bucket="mp-forwarding-acme", folder="exports")
        assert report.ok, str(report)
    assert report["command"] == "policy check"
    assert report.summary == {"files": ["policy"]}


def test_a_fault_of_a_policy_is_found() -> None:
    policy = render_policy("bucket", bucket="mp-forwarding-acme", pod="us1")
    policy["Statement"][0]["Principal"] = "*"
    report = check_policy(policy, name="mine.json")
    assert not report.ok
    assert any(place.get("object") == "mine.json" for finding in report.findings for place in finding["places"])


def test_a_role_for_preflight_reads_the_user_and_itself() -> None:
    policy = render_policy("preflight", bucket="acme-events", iam_user="mparticle-export", iam_role="inspector")
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert "InspectUser" in sids and "InspectOwnRole" in sids
    with pytest.raises(UsageError, match="a/b"):
        render_policy("preflight", bucket="acme-events", iam_user="a/b")


def test_the_least_severe_finding_that_fails_is_an_option() -> None:
    policy = render_policy("bucket", bucket="mp-forwarding-acme", pod="us1", edition="documented")
    assert not check_policy(policy).ok
    assert check_policy(policy, fail_on="error").ok
    with pytest.raises(UsageError, match="grave"):
        check_policy(policy, fail_on="grave")  # type: ignore[arg-type]


def test_addresses_of_mparticle_may_be_let_in() -> None:
    policy = render_policy("bucket", bucket="mp-forwarding-acme", pod="us1")
    only = {
        "Sid": "OnlyMParticle",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::mp-forwarding-acme/*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    }
    policy["Statement"].append(only)
    assert not check_policy(policy).ok
    assert check_policy(policy, mparticle_cidr=["192.0.2.0/25"]).ok
    with pytest.raises(UsageError, match="192.0.2.0/33"):
        check_policy(policy, mparticle_cidr=["192.0.2.0/33"])


def test_values_that_cannot_be_used_are_named() -> None:
    for bucket, pod, message in [
        ("acme", "us1", "mp-forwarding-"),
        ("mp-forwarding-acme", "us9", "us9"),
        ("No Bucket", "us1", "No Bucket"),
        ("mp-forwarding-acme", None, "roles"),
    ]:
        with pytest.raises(UsageError, match=message):
            render_policy("bucket", bucket=bucket, pod=pod)
    with pytest.raises(UsageError):
        check_policy("no policy")


def test_schemas_by_name() -> None:
    assert mp_forwarding.schema("batch")["$id"] == "urn:mp-forwarding:schema:batch:1"
    assert "settings" in mp_forwarding.schemas()
    with pytest.raises(UsageError, match="there is no schema `nothing`"):
        mp_forwarding.schema("nothing")


def test_the_same_seed_gives_the_same_batches() -> None:
    assert list(mp_forwarding.generate(5)) == list(mp_forwarding.generate(5))
    assert list(mp_forwarding.generate(5)) != list(mp_forwarding.generate(5, seed=8))
    assert all(json.loads(line) for line in mp_forwarding.generate(5))
    with pytest.raises(UsageError):
        mp_forwarding.generate(5, clock="yesterday")
