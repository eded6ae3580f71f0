// Validates with ajv: node ajv.mjs MODULES SCHEMAS INSTANCES...
//
// Compiles every schema in the folder SCHEMAS in strict mode, in which a warning is an error (compiling first checks a schema
// with its metaschema). Then prints `true` or `false` for each line of the files INSTANCES.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [modules, schemas, ...instances] = process.argv.slice(2);
const Ajv2020 = createRequire(path.resolve(modules, "here"))("ajv/dist/2020").default;

const complain = (...words) => {
  throw new Error(`ajv says: ${words.join(" ")}`);
};
const ajv = new Ajv2020({ strict: true, logger: { log: complain, warn: complain, error: complain } });

const validators = new Map();
for (const file of readdirSync(schemas).filter((file) => file.endsWith(".schema.json"))) {
  const schema = JSON.parse(readFileSync(path.join(schemas, file), "utf8"));
  const validate = ajv.compile(schema);
  for (const example of schema.examples) {
    if (!validate(example)) throw new Error(`${file}: an example is refused: ${ajv.errorsText(validate.errors)}`);
  }
  validators.set(file, validate);
}

for (const file of instances) {
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const { schema, instance } = JSON.parse(line);
    console.log(validators.get(schema)(instance));
  }
}
