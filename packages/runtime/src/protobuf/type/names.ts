/** The JSON name of a field: underscores go, the letter behind one is raised (protobuf.dev, "ProtoJSON", "JSON name"). */
export function protoJsonName(name: string): string {
  let json = "";
  let raise = false;
  for (const letter of name) {
    if (letter === "_") raise = true;
    else {
      json += raise && letter >= "a" && letter <= "z" ? letter.toUpperCase() : letter;
      raise = false;
    }
  }
  return json;
}

/**
 * What a plain object has without owning it. Reading such a name from a message whose field is not set would find the
 * inherited thing, so fields with these names get a `$` behind theirs.
 */
const INHERITED: ReadonlySet<string> = new Set([
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toJSON",
  "toLocaleString",
  "toString",
  "valueOf",
]);

/** The property of a field or oneof, or the method of a client: lower camel case, `$` appended where it would clash. */
export function localFieldName(name: string): string {
  let local = protoJsonName(name);
  if (local === "") local = name;
  if (local[0]! >= "A" && local[0]! <= "Z" && name.startsWith("_")) local = local[0]!.toLowerCase() + local.slice(1);
  if (local[0]! >= "0" && local[0]! <= "9") local = `_${local}`;
  return INHERITED.has(local) ? `${local}$` : local;
}

/** The local name of a method: lower camel case; `then` would make the client look like a promise. */
export function localMethodName(name: string): string {
  const local = localFieldName(name[0]!.toLowerCase() + name.slice(1));
  return local === "then" ? "then$" : local;
}
