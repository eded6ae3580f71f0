// Compares the decisions of @cloud-copilot/iam-simulate and of `policy can`: node simulate.mjs MODULES REQUESTS
//
// MODULES is the folder `node_modules` with iam-simulate, REQUESTS the file that the test `policies_and_requests_for_other_programs`
// wrote. Prints a table; exits with 1 on a difference that is not one of the classes below, which docs/dev/access.md explains.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, file] = process.argv.slice(2);
const simulator = pathToFileURL(resolve(modules, "@cloud-copilot/iam-simulate/dist/esm/index.js"));
const { anonymousPrincipal, runSimulation } = await import(simulator);
const asked = JSON.parse(readFileSync(file, "utf8"));

/** The classes of differences that are explained. */
const EXPLAINED = {
  "an exception for one user and its account": ({ policy, we }) =>
    we === "denied by a statement" && JSON.stringify(policy ?? {}).includes('"NotPrincipal"'),
  "it ignores a condition key of the policy": ({ policy, ignored }) =>
    ignored.includes("kms:EncryptionContext:aws:s3:arn") &&
    JSON.stringify(policy ?? {}).includes('"kms:EncryptionContext:aws:s3:arn"'),
};

const VERDICTS = {
  Allowed: "allowed",
  ExplicitlyDenied: "denied by a statement",
  ImplicitlyDenied: "not allowed by a statement",
};

const table = new Map();
const unexplained = [];
for (const request of asked.requests) {
  const policy = asked[request.kind][request.resource_policy];
  const identity = asked.identity[request.identity_policy];
  const answer = await runSimulation(
    {
      request: {
        principal: request.principal === "*" ? anonymousPrincipal : request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: asked.owner },
        contextVariables: request.context,
      },
      identityPolicies: identity ? [{ name: "own", policy: identity }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(policy ? { resourcePolicy: policy } : {}),
    },
    {},
  );
  const it = VERDICTS[answer.overallResult] ?? `no decision: ${JSON.stringify(answer.errors)}`;
  const ignored = answer.result?.ignoredContextKeys ?? [];
  const difference = { ...request, policy, identity, it, ignored };
  const classes = Object.keys(EXPLAINED).filter((name) => EXPLAINED[name](difference));
  const why = it === request.we ? "" : (classes[0] ?? "NOT EXPLAINED");
  if (why === "NOT EXPLAINED") unexplained.push(difference);
  const row = [it, it === request.we ? "the same" : request.we, why].join(" | ");
  table.set(row, (table.get(row) ?? 0) + 1);
}

console.log(`${asked.requests.length} requests\n\n| iam-simulate | policy can | why | requests |\n| --- | --- | --- | --- |`);
for (const [row, number] of [...table].sort((a, b) => b[1] - a[1])) console.log(`| ${row} | ${number} |`);
for (const difference of unexplained.slice(0, 20)) console.log(`not explained: ${JSON.stringify(difference)}`);
process.exitCode = unexplained.length > 0 ? 1 : 0;
