"""Whether parliament finds the faults that `policy check` finds: python parliament_agreement.py POLICIES

POLICIES is the file that the test `policies_and_requests_for_other_judges` wrote: the golden files, and policies with one
fault each. Prints a table; exits with 1 unless parliament says of each policy what is expected below, which docs/dev/access.md
explains.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")  # it uses what setuptools is about to drop

from parliament import analyze_policy_string  # noqa: E402

# What parliament says where `policy check` has this rule. Of the others it says nothing: it judges one statement after the
# other, and knows neither mParticle nor who would be denied.
COUNTERPARTS = {
    "kms-on-s3-arn": {"RESOURCE_MISMATCH"},
    "kms-alias": {"RESOURCE_MISMATCH"},
    "bucket-action-on-objects": {"RESOURCE_MISMATCH"},
    "object-action-on-bucket": {"RESOURCE_MISMATCH"},
    "account-action-on-arn": {"RESOURCE_MISMATCH"},
    "broad-action": {"RESOURCE_MISMATCH"},
    # It ends with an exception where an action has no service.
    "bad-action": {"EXCEPTION"},
    "bad-resource": {"INVALID_ARN", "MALFORMED"},
    "duplicate-sid": {"DUPLICATE_SID"},
    "old-version": {"NO_VERSION"},
}

# What it says of some policies with this rule: it passes over a condition without a value, and a statement without a principal.
SOMETIMES = {
    "bad-principal": {"UNKNOWN_PRINCIPAL"},
    "bad-condition": {"UNKNOWN_OPERATOR", "MISMATCHED_TYPE_OPERATION_TO_NULL"},
}


def explained(finding, policy):
    """What it says of policies that are right."""
    about = json.dumps(policy)
    match finding.issue:
        # It takes whole numbers only, so no condition on TLS 1.2 can please it.
        case "MISMATCHED_TYPE":
            return "s3:TlsVersion" in finding.detail
        # Keys that are younger than its lists of them, or than those of some actions.
        case "UNKNOWN_CONDITION_FOR_ACTION":
            return "aws:ViaAWSService" in finding.detail or "s3:TlsVersion" in finding.detail
        # In a key's policy `*` is that key; all actions but some are about all resources.
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
