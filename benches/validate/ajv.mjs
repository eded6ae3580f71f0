// Validates the lines of a file with ajv: node ajv.mjs MODULES SCHEMA FILE. Prints the number of valid lines.
import { openSync, readFileSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, schema, file] = process.argv.slice(2);
const Ajv2020 = createRequire(path.resolve(modules, "here"))("ajv/dist/2020").default;
const validate = new Ajv2020().compile(JSON.parse(readFileSync(schema, "utf8")));

const input = openSync(file);
const block = Buffer.alloc(4 << 20);
let [length, right] = [0, 0];
for (;;) {
  const read = readSync(input, block, length, block.length - length, null);
  if (read === 0) break;
  length += read;
  const end = block.lastIndexOf("\n", length - 1) + 1;
  for (const line of block.toString("utf8", 0, end).split("\n")) {
    if (line !== "" && validate(JSON.parse(line))) right += 1;
  }
  block.copy(block, 0, end, length);
  length -= end;
}
console.log(right);
