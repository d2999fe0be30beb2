import { formatDiagnostic } from "@hawser/compiler";
import { CliError } from "../cli-error.js";
import { loadSchema, type Schema, type SchemaInput } from "../input/load-schema.js";
import { type Contract, ContractView } from "./contract.js";

/**
 * The contract in `.proto` files or descriptor sets.
 *
 * @throws CliError if an input cannot be read, or a file has an error, which it then shows
 */
export async function schemaContract(input: SchemaInput): Promise<Contract> {
  const schema = await loadCompleteSchema(input);
  const source = input.inputs.length === 0 ? "proto/" : input.inputs.join(", ");
  const view = new ContractView(source, schema.files);
  const entries = new Set(schema.entries);
  return {
    source,
    services: async () =>
      schema.files
        .filter((file) => entries.has(file.name ?? ""))
        .flatMap((file) => file.service.map(({ name }) => (file.package ? `${file.package}.${name}` : (name ?? ""))))
        .sort(),
    find: async (symbol) => (view.symbols.has(symbol) ? view : undefined),
    everything: async () => view,
    close: () => {},
  };
}

/** As `loadSchema`, but an error in a file is thrown as well. */
export async function loadCompleteSchema(input: SchemaInput): Promise<Schema> {
  const schema = await loadSchema(input);
  if (schema.ok) return schema;
  const errors = schema.diagnostics.filter(({ severity }) => severity === "error");
  const shown = errors.slice(0, 20).map((diagnostic) => formatDiagnostic(diagnostic));
  throw new CliError(
    `the schema has ${errors.length === 1 ? "an error" : `${errors.length} errors`}\n${shown.join("\n")}`,
    "correct the files; hawser build shows all errors",
  );
}
