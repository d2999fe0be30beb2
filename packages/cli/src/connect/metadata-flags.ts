import { Metadata } from "hawser";
import { usageError } from "../cli-error.js";

/**
 * The metadata of `--header` flags.
 *
 * @param headers each `name: value`; of names that end in `-bin` the value is base64
 * @throws CliError if one cannot be sent
 */
export function metadataOf(headers: readonly string[]): Metadata {
  const metadata = new Metadata();
  for (const header of headers) {
    const at = header.indexOf(":");
    if (at <= 0) throw usageError(`the header ${JSON.stringify(header)} has no name`, 'write it as "name: value"');
    const name = header.slice(0, at).trim();
    const value = header.slice(at + 1).trim();
    try {
      if (name.toLowerCase().endsWith("-bin")) metadata.append(name, bytesOf(name, value));
      else metadata.append(name, value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw usageError(error.message, 'write it as "name: value"');
    }
  }
  return metadata;
}

function bytesOf(name: string, base64: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) {
    throw usageError(`the value of the header ${name} is not base64`, "names that end in -bin hold bytes, in base64");
  }
  return new Uint8Array(Buffer.from(base64, "base64"));
}

/** The values by name, for JSON: one value a text, several an array; bytes in base64. */
export function metadataJson(metadata: Metadata): Record<string, string | string[]> {
  return Object.fromEntries(
    metadata.keys().map((name) => {
      const values = metadataValues(metadata, name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

/** One line `name: value` for each value. */
export function metadataLines(metadata: Metadata): string[] {
  return metadata.keys().flatMap((name) => metadataValues(metadata, name).map((value) => `${name}: ${value}`));
}

function metadataValues(metadata: Metadata, name: string): string[] {
  // As they came: a -bin value that is no base64 is shown, and is no error.
  return metadata
    .toFields()
    .filter((field) => field.name === name)
    .map(({ value }) => value);
}
