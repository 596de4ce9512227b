// Validates an AsyncAPI document by the official parser: node validate.mjs <package folder> <document>.
// Prints one line a problem; ends with 1 when one of them is an error. The packages stand in the package folder.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const [folder, document] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(folder), "package.json"));
const { Parser, DiagnosticSeverity } = require("@asyncapi/parser");

const { document: parsed, diagnostics } = await new Parser().parse(await readFile(document, "utf8"));
for (const { severity, code, message, path: where } of diagnostics) {
  if (severity <= DiagnosticSeverity.Warning) {
    console.log(`${severity === DiagnosticSeverity.Error ? "error" : "warning"} ${code} ${where.join(".")}: ${message}`);
  }
}
const broken = parsed === undefined || diagnostics.some(({ severity }) => severity === DiagnosticSeverity.Error);
console.log(broken ? "not valid" : `valid: ${parsed.version()}, ${parsed.channels().length} channels, ${parsed.operations().length} operations`);
process.exit(broken ? 1 : 0);
