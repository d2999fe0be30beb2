import { invalidValue } from "./protobuf-error.js";

/**
 * Sets an entry of a map. Plain assignment of the key `__proto__` would replace the object's prototype instead
 * (CVE-2023-36665 and its kin); every other key becomes an own property by assignment.
 */
export function setEntry<V>(map: Record<string, V>, key: string | number | bigint | boolean, value: V): void {
  if (key === "__proto__") {
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[key as string] = value;
  }
}

/** The key of an int32, sint32, sfixed32, uint32 or fixed32 map, which is a string in a JavaScript object. */
export function intKey(key: string): number {
  const number = Number(key);
  if (key !== String(number)) throw invalidValue(`${JSON.stringify(key)} is not a key of a map with integer keys`);
  return number;
}

/** The key of a bool map. */
export function boolKey(key: string): boolean {
  if (key === "true") return true;
  if (key === "false") return false;
  throw invalidValue(`${JSON.stringify(key)} is not a key of a map with bool keys: "true" or "false"`);
}
