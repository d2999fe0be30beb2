import { type AnyMessageType, decode, encode, type Registry, toText } from "hawser/protobuf";

/** An option as the `.proto` has it: `deprecated`, `(foo.v1.bar)`, and its value, a literal or an aggregate. */
export interface OptionText {
  readonly name: string;
  /** May have several lines, the first without indentation. */
  readonly value: string;
}

/**
 * The options of a declaration.
 *
 * @param type the type of its options, as `google.protobuf.FieldOptions`
 * @param options `undefined` if it has none
 * @param registry has the extensions: others are left out
 */
export function optionTexts(type: AnyMessageType, options: object | undefined, registry: Registry): OptionText[] {
  if (options === undefined) return [];
  // Read anew, so that it is a message of this copy of the type, with unknown fields where extensions are.
  const lines = toText(type, decode(type, encode(type, options)), { registry, indent: 2 }).split("\n");
  const found: OptionText[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const scalar = /^(\[[^\]]+\]|\w+): (.*)$/.exec(line);
    if (scalar !== null) {
      found.push({ name: optionName(scalar[1]!), value: scalar[2]! });
      continue;
    }
    const message = /^(\[[^\]]+\]|\w+) \{$/.exec(line);
    if (message === null) continue;
    const body: string[] = [];
    for (i++; i < lines.length && lines[i] !== "}"; i++) body.push(lines[i]!);
    found.push({ name: optionName(message[1]!), value: body.length === 0 ? "{}" : `{\n${body.join("\n")}\n}` });
  }
  return found;
}

/** Text has `[foo.v1.bar]` for an extension. */
function optionName(name: string): string {
  return name.startsWith("[") ? `(${name.slice(1, -1)})` : name;
}
