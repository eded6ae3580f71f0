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
