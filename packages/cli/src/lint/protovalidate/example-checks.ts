import { type DescField, type DescMessage, fromBinary, type ScalarType, toBinary } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect, scalarZeroValue } from "@bufbuild/protobuf/reflect";
import type { Violation } from "@bufbuild/protovalidate";
import { spanOf, spanText } from "./number-checks.js";
import type { RuleValues } from "./rule-values.js";
import type { RuledValue } from "./ruled-value.js";
import type { ValidateRegistry } from "./validate-registry.js";

/** Values that the rules give as examples and that break them: they are put into a message, which is validated. */
export function checkExamples(registry: ValidateRegistry, value: RuledValue, type: number, rules: RuleValues): void {
  const { report, desc, field } = value;
  // An extension is not looked at when the message that it extends is validated.
  if (field.extendee !== "") return;
  const number = rules.number("example");
  for (const [i, example] of rules.list<unknown>("example").entries()) {
    const message = messageWith(value, example);
    const result = registry.validator.validate(message.desc, message.message);
    if (result.kind === "error") return; // rules that do not compile, of which the user hears where they are
    for (const violation of result.violations ?? []) {
      if (!isAbout(violation, desc, value.part)) continue;
      report.add(
        [type, number, i],
        `"${exampleText(example, desc)}" is an example value but does not satisfy rule ${JSON.stringify(violation.ruleId)}: ${violation.message}`,
      );
    }
  }
}

/** A message of the field's with nothing in it but the example. */
function messageWith({ desc, part }: RuledValue, example: unknown): ReflectMessage {
  const message = reflect(desc.parent as DescMessage);
  if (desc.fieldKind === "list") message.get(desc).add(valueFor(desc.message, example));
  else if (desc.fieldKind === "map") {
    const map = message.get(desc);
    if (part === "key") map.set(example as string, emptyValue(desc));
    else map.set(scalarZeroValue(desc.mapKey as ScalarType, false) as string, valueFor(desc.message, example));
  } else message.set(desc, valueFor(desc.message, example) as never);
  return message;
}

function emptyValue(desc: DescField & { readonly fieldKind: "map" }): unknown {
  if (desc.mapKind === "message") return reflect(desc.message);
  return desc.mapKind === "enum" ? desc.enum.values[0]!.number : scalarZeroValue(desc.scalar, false);
}

/** An example as the field takes it: a wrapper has it as its `value`, and messages are those of the schema, not of the rules. */
function valueFor(type: DescMessage | undefined, example: unknown): unknown {
  if (type === undefined) return example;
  if (isReflectMessage(example)) return reflect(type, fromBinary(type, toBinary(example.desc, example.message)));
  const wrapper = reflect(type);
  wrapper.set(type.fields.find((field) => field.name === "value")!, example as never);
  return wrapper;
}

function isAbout({ field: path, forKey }: Violation, desc: DescField, part: RuledValue["part"]): boolean {
  const [first, second] = path;
  if (first?.kind !== "field" || first.number !== desc.number) return false;
  if (part === "whole") return path.length === 1;
  if (path.length !== 2) return false;
  return part === "item" ? second?.kind === "list_sub" : second?.kind === "map_sub" && forKey === (part === "key");
}

/** An example as Go's `%v` writes it, as buf's messages do. */
function exampleText(example: unknown, desc: DescField): string {
  if (example instanceof Uint8Array) return `[${example.join(" ")}]`;
  if (!isReflectMessage(example)) return typeof example === "number" ? numberText(example, desc) : String(example);
  if (example.desc.typeName !== "google.protobuf.FieldMask") return spanText(spanOf(example));
  const paths = example.get(example.desc.fields[0]!) as unknown as Iterable<string>;
  return [...paths].map((path) => `paths:${JSON.stringify(path)}`).join(" ");
}

/** The shortest text that says a number; a float needs fewer digits than the double that it is here. */
function numberText(value: number, desc: DescField): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  let shortest = value;
  if (desc.scalar === FLOAT) {
    for (let digits = 1; digits < 9; digits++) {
      shortest = Number(value.toPrecision(digits));
      if (Math.fround(shortest) === value) break;
    }
  }
  // Go begins to write exponents later than JavaScript for small numbers, and gives them two digits.
  return String(shortest).replace(/e([+-])(\d)$/, "e$10$2");
}

/** `google.protobuf.FieldDescriptorProto.TYPE_FLOAT` */
const FLOAT = 2;
