/**
 * Reading the JSON of a service config (grpc/doc/service_config.md), which is the JSON of a Protocol Buffers message:
 * durations are text, numbers may be text, fields that nobody knows are left alone.
 */

/** A service config, or a part of it, that is not what it should be. */
export class ServiceConfigError extends Error {
  override readonly name = "ServiceConfigError";
}

/** A JSON object. */
export type ConfigObject = { readonly [key: string]: unknown };

/** @throws ServiceConfigError unless `value` is an object */
export function asObject(value: unknown, where: string): ConfigObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(where, "an object", value);
  return value as ConfigObject;
}

/** The list at `key`; empty if there is none. @throws ServiceConfigError */
export function listAt(object: ConfigObject, key: string, where: string): readonly unknown[] {
  const value = own(object, key);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrong(`${where}.${key}`, "a list", value);
  return value;
}

/** The text at `key`. @throws ServiceConfigError */
export function textAt(object: ConfigObject, key: string, where: string): string | undefined {
  const value = own(object, key);
  if (value !== undefined && typeof value !== "string") throw wrong(`${where}.${key}`, "text", value);
  return value;
}

/** The truth value at `key`. @throws ServiceConfigError */
export function booleanAt(object: ConfigObject, key: string, where: string): boolean | undefined {
  const value = own(object, key);
  if (value !== undefined && typeof value !== "boolean") throw wrong(`${where}.${key}`, "true or false", value);
  return value;
}

/** The number from `least` to `most` at `key`. @throws ServiceConfigError */
export function numberAt(
  object: ConfigObject,
  key: string,
  where: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = own(object, key);
  if (value === undefined) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !(number >= least && number <= most)) {
    throw wrong(`${where}.${key}`, `a number from ${least} to ${most}`, value);
  }
  return number;
}

/** As {@link numberAt}, without a fraction. @throws ServiceConfigError */
export function integerAt(
  object: ConfigObject,
  key: string,
  where: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const number = numberAt(object, key, where, least, most);
  if (number !== undefined && !Number.isInteger(number)) throw wrong(`${where}.${key}`, "a whole number", number);
  return number;
}

/** The milliseconds of a duration as `"1.5s"` at `key`. @throws ServiceConfigError */
export function durationAt(object: ConfigObject, key: string, where: string): number | undefined {
  const value = own(object, key);
  if (value === undefined) return undefined;
  const match = typeof value === "string" ? /^(\d{1,12})(\.\d{1,9})?s$/.exec(value) : null;
  if (match === null) throw wrong(`${where}.${key}`, 'a duration as "1.5s"', value);
  return Math.round(Number(`${match[1]}${match[2] ?? ""}`) * 1e6) / 1e3;
}

/** The property `key` of `object` itself: what its prototype has is no configuration. `null` is as good as absent. */
export function own(object: ConfigObject, key: string): unknown {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

function wrong(where: string, expected: string, value: unknown): ServiceConfigError {
  const shown = JSON.stringify(value) ?? String(value);
  return new ServiceConfigError(`${where} must be ${expected}, not ${shown.slice(0, 100)}`);
}
