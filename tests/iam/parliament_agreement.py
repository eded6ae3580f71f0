"""Compares the findings of parliament and of `policy check`: python parliament_agreement.py POLICIES

POLICIES is the file that the test `policies_and_requests_for_other_programs` wrote: the golden files, and policies with one
fault each. Prints a table; exits with 1 unless the findings of parliament are those expected below, which docs/dev/access.md
explains.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")  # it uses a deprecated part of setuptools

from parliament import analyze_policy_string  # noqa: E402

# The findings of parliament for policies with these rules of `policy check`. It has no findings for the other rules,
# because it checks each statement alone and knows neither mParticle nor the effect of a Deny.
COUNTERPARTS = {
    "kms-on-s3-arn": {"RESOURCE_MISMATCH"},
    "kms-alias": {"RESOURCE_MISMATCH"},
    "bucket-action-on-objects": {"RESOURCE_MISMATCH"},
    "object-action-on-bucket": {"RESOURCE_MISMATCH"},
    "account-action-on-arn": {"RESOURCE_MISMATCH"},
    "broad-action": {"RESOURCE_MISMATCH"},
    "duplicate-sid": {"DUPLICATE_SID"},
    "old-version": {"NO_VERSION"},
}

# Findings for only some policies with these rules. It knows some reasons for which AWS refuses a policy: principals, operators,
# ARNs and unknown actions, but not conditions without a value and statements without a principal. It raises an exception if an
# action has no service. It has no rules for trust policies, and asks for a resource there.
SOMETIMES = {
    "refused": {
        "EXCEPTION",
        "INVALID_ARN",
        "MALFORMED",
        "MISMATCHED_TYPE_OPERATION_TO_NULL",
        "UNKNOWN_OPERATOR",
        "UNKNOWN_PRINCIPAL",
    },
    "unknown-action": {"UNKNOWN_ACTION", "EXCEPTION"},
    "deleted-principal": {"UNKNOWN_PRINCIPAL"},
    "others-read": {"UNKNOWN_PRINCIPAL"},
    "others-change": {"UNKNOWN_PRINCIPAL"},
    "more-than-needed": {"RESOURCE_STAR"},
    "trust-subject": {"MALFORMED", "UNKNOWN_FEDERATION_SOURCE"},
    "trust-external-id": {"MALFORMED"},
}


def explained(finding, policy):
    """Whether this is a known finding for a correct policy."""
    about = json.dumps(policy)
    match finding.issue:
        # It accepts only whole numbers, so it refuses any condition on TLS 1.2.
        case "MISMATCHED_TYPE":
            return "s3:TlsVersion" in finding.detail
        # Condition keys that are newer than its lists, or missing for some actions.
        case "UNKNOWN_CONDITION_FOR_ACTION":
            return "aws:ViaAWSService" in finding.detail or "s3:TlsVersion" in finding.detail
        # In a key's policy `*` means the key. A statement with NotAction applies to all resources.
        case "RESOURCE_STAR":
            return '"kms:*"' in about or '"NotAction"' in about
    return False


def main():
    unexpected = []
    print("| policy | `policy check` | parliament | explained | |")
    print("| --- | --- | --- | --- | --- |")
    for entry in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        findings = analyze_policy_string(json.dumps(entry["policy"])).findings
        passed_over = {finding.issue for finding in findings if explained(finding, entry["policy"])}
        says = {finding.issue for finding in findings if not explained(finding, entry["policy"])}
        expected = [COUNTERPARTS[rule] for rule in entry["rules"] if rule in COUNTERPARTS]
        possible = [SOMETIMES[rule] for rule in entry["rules"] if rule in SOMETIMES]
        agrees = says <= set().union(*expected, *possible) and all(says & issues for issues in expected)
        verdict = "as expected" if agrees else "NOT EXPECTED"
        if not agrees:
            unexpected += [f"{entry['name']}: {finding}" for finding in findings]
        cells = [entry["name"], *(", ".join(sorted(cell)) for cell in (entry["rules"], says, passed_over)), verdict]
        print(f"| {' | '.join(cells)} |")
    for line in unexpected[:20]:
        print(line)
    sys.exit(bool(unexpected))


main()
