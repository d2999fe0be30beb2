import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  type FieldRules,
  FieldRulesSchema,
  Ignore,
  type MapRules,
  type RepeatedRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { SchemaField } from "../../schema/element.js";
import type { CelType } from "./cel/cel-type.js";
import { checkExpressions, checkRules, fieldType, kindType, mapValueType, RegistryScope } from "./cel-checks.js";
import { checkExamples } from "./example-checks.js";
import type { FieldReport } from "./field-report.js";
import { FieldType, hasPresence, isMessage, isRepeated, mapEntry } from "./field-type.js";
import { checkBytes, checkConst, checkOrder, checkString } from "./length-checks.js";
import { checkFieldMask, checkNaN, checkNow, checkNumbers } from "./number-checks.js";
import { RuleValues } from "./rule-values.js";
import type { RuledValue } from "./ruled-value.js";
import type { ValidateRegistry } from "./validate-registry.js";

/** The numbers of fields of `buf.validate.FieldRules` and of the rules in them. */
const Rules = {
  Repeated: 18,
  Map: 19,
  Cel: 23,
  Required: 25,
  Ignore: 27,
  CelExpression: 29,
} as const;
const MIN_COUNT = 1;
const MAX_COUNT = 2;
const UNIQUE = 3;
const ITEMS = 4;
const KEYS = 4;
const VALUES = 5;

/** What rules of one type may be applied to: a scalar type, and the message that stands for it. */
const APPLIES_TO: Readonly<Record<string, readonly [scalar: number | undefined, message: string | undefined]>> = {
  float: [FieldType.Float, "FloatValue"],
  double: [FieldType.Double, "DoubleValue"],
  int32: [FieldType.Int32, "Int32Value"],
  int64: [FieldType.Int64, "Int64Value"],
  uint32: [FieldType.Uint32, "UInt32Value"],
  uint64: [FieldType.Uint64, "UInt64Value"],
  sint32: [FieldType.Sint32, undefined],
  sint64: [FieldType.Sint64, undefined],
  fixed32: [FieldType.Fixed32, undefined],
  fixed64: [FieldType.Fixed64, undefined],
  sfixed32: [FieldType.Sfixed32, undefined],
  sfixed64: [FieldType.Sfixed64, undefined],
  bool: [FieldType.Bool, "BoolValue"],
  string: [FieldType.String, "StringValue"],
  bytes: [FieldType.Bytes, "BytesValue"],
  enum: [FieldType.Enum, undefined],
  any: [undefined, "Any"],
  duration: [undefined, "Duration"],
  timestamp: [undefined, "Timestamp"],
  field_mask: [undefined, "FieldMask"],
};

/** Checks the rules of a field, as buf does. */
export function checkFieldRules(registry: ValidateRegistry, value: RuledValue, rules: FieldRules | undefined): void {
  if (rules === undefined) return;
  const { report, field, part } = value;
  if (field.extendee !== "") checkExtension(report, rules);
  checkRequired(report, field, rules);
  checkFlags(report, field, rules);
  checkCel(registry, value, rules);
  const { type } = rules;
  const typeField =
    type.case === undefined ? undefined : FieldRulesSchema.fields.find((each) => each.localName === type.case);
  if (typeField === undefined) return;
  if (type.case === "map") {
    checkMap(registry, value, type.value);
    return;
  }
  if (type.case === "repeated") {
    checkRepeated(registry, value, type.value);
    return;
  }
  const number = typeField.number;
  const isWhole = part === "whole" && isRepeated(field);
  if (isWhole || !applies(field, typeField.name)) {
    const kind = `${isWhole ? "repeated " : ""}${report.typeName}`;
    report.add([number], `Field ${report.name} is of type ${kind} but has ${report.rule(number)} rules.`);
    return;
  }
  const values = RuleValues.of(typeField.message as DescMessage, type.value as Message);
  let count = values.set.size;
  if (values.has("example")) {
    // As in buf, predefined rules count once examples have had them looked up.
    const predefined = registry.extensionsOf(values.message).length;
    count += predefined;
    if (rules.cel.length > 0 || count > 1) checkExamples(registry, value, number, values);
  }
  checkType(report, number, typeField.name, values, count);
}

function checkType(report: FieldReport, number: number, name: string, values: RuleValues, count: number): void {
  switch (name) {
    case "bool":
      return;
    case "string":
      checkString(report, number, values, count);
      return;
    case "bytes":
      checkBytes(report, number, values, count);
      return;
    case "enum":
    case "any":
      checkConst(report, number, values, count);
      return;
    case "field_mask":
      checkFieldMask(report, number, values, count);
      return;
    default:
      checkNumbers(report, number, values, count);
      if (name === "float" || name === "double") checkNaN(report, number, values);
      if (name === "timestamp") checkNow(report, number, values);
  }
}

function applies(field: SchemaField, rules: string): boolean {
  const [scalar, message] = APPLIES_TO[rules] ?? [];
  if (isMessage(field)) return message !== undefined && field.typeName === `google.protobuf.${message}`;
  return scalar === field.proto.type;
}

function checkExtension(report: FieldReport, rules: FieldRules): void {
  const cannot = (number: number, suffix: string = ""): void =>
    report.add([number], `Field ${report.name} is an extension field and cannot have ${report.rule(number)}${suffix}.`);
  if (rules.required) cannot(Rules.Required);
  if (rules.ignore === Ignore.IF_ZERO_VALUE) cannot(Rules.Ignore, "=IGNORE_IF_ZERO_VALUE");
}

function checkRequired(report: FieldReport, field: SchemaField, rules: FieldRules): void {
  const { oneof } = field;
  if (!rules.required || oneof === undefined || field.proto.proto3Optional === true) return;
  const rule = report.rule(Rules.Required);
  report.add(
    [Rules.Required],
    `Field ${report.name} has ${rule} but is in a oneof (${oneof.name}). Oneof fields must not have ${rule}.`,
  );
}

function checkFlags(report: FieldReport, field: SchemaField, rules: FieldRules): void {
  const count = RuleValues.of(FieldRulesSchema, rules).set.size;
  const ignore = report.rule(Rules.Ignore);
  if (rules.ignore === Ignore.ALWAYS && count > 1) {
    report.add(
      [Rules.Ignore],
      `Field ${report.name} has ${ignore}=IGNORE_ALWAYS and therefore other rules in ${report.rule()} are not applied and should be removed.`,
    );
  }
  if (rules.ignore !== Ignore.IF_ZERO_VALUE) return;
  if (rules.required) {
    report.addAt(
      [[Rules.Required], [Rules.Ignore]],
      `Field ${report.name} has both ${report.rule(Rules.Required)} and ${ignore}=IGNORE_IF_ZERO_VALUE. A field cannot be empty if it is required.`,
    );
  }
  if (hasPresence(field) && field.extendee === "") {
    report.add(
      [Rules.Ignore],
      `Field ${report.name} has ${ignore}=IGNORE_IF_ZERO_VALUE and tracks presence. This is the same as the default and the ignore option can be removed.`,
    );
  }
}

function checkCel(registry: ValidateRegistry, { report, desc, part }: RuledValue, rules: FieldRules): void {
  if (rules.cel.length === 0 && rules.celExpression.length === 0) return;
  const scope = new RegistryScope(registry.files, { this: typeOfPart(desc, part) });
  const owner = { name: `field ${report.name}`, capitalized: `Field ${report.name}` };
  checkRules(rules.cel, scope, { ...owner, option: report.rule(Rules.Cel) }, (i, message) =>
    report.add([Rules.Cel, i], message),
  );
  checkExpressions(rules.celExpression, scope, { ...owner, option: report.rule(Rules.CelExpression) }, (i, message) =>
    report.add([Rules.CelExpression, i], message),
  );
}

function typeOfPart(desc: DescField, part: RuledValue["part"]): CelType {
  if (desc.fieldKind === "map" && part === "key") return kindType(desc.mapKey);
  if (desc.fieldKind === "map" && part === "value") return mapValueType(desc);
  return fieldType(desc, part === "item");
}

function checkRepeated(registry: ValidateRegistry, value: RuledValue, rules: RepeatedRules): void {
  const { report, field, part } = value;
  if (!isRepeated(field) || mapEntry(field) !== undefined) {
    const rule = report.rule(Rules.Repeated);
    report.add([Rules.Repeated], `Field ${report.name} is not repeated but has ${rule} rules.`);
    return;
  }
  if (part === "item") return; // rules of items of items are for nobody: buf, too, would go on with the same field
  if (rules.unique && isMessage(field) && !/^google\.protobuf\.\w+Value$/.test(wrapperName(field))) {
    const path = [Rules.Repeated, UNIQUE];
    report.add(
      path,
      `Field ${report.name} is of type ${report.typeName} but has ${report.rule(...path)} set to true, which is only allowed for scalar types and wrapper types.`,
    );
  }
  const values = RuleValues.of(FieldRulesSchema.fields.find((each) => each.number === Rules.Repeated)!.message!, rules);
  checkCounts(report, Rules.Repeated, values.get("min_items"), values.get("max_items"));
  const items = report.at(Rules.Repeated, ITEMS);
  if (rules.items?.required) {
    refuseRequired(items, "repeated item rules", "individual items in a repeated field");
  }
  checkFieldRules(registry, { ...value, report: items, part: "item" }, rules.items);
}

/** A wrapper's name: `google.protobuf.Value` and `NullValue` are none. */
function wrapperName({ typeName }: SchemaField): string {
  return /\.(Null|List)?Value$/.test(typeName) ? "" : typeName;
}

function checkCounts(report: FieldReport, number: number, min: bigint | undefined, max: bigint | undefined): void {
  if (min === undefined || max === undefined || min <= max) return;
  checkOrder(report, [[number, MIN_COUNT], min, "lower"], [[number, MAX_COUNT], max, "higher"]);
}

function refuseRequired(report: FieldReport, where: string, what: string): void {
  const rule = report.rule(Rules.Required);
  report.add(
    [Rules.Required],
    `Field ${report.name} has ${rule} on ${where}, which is unenforceable. The ${rule} constraint cannot be applied to ${what}.`,
  );
}

function checkMap(registry: ValidateRegistry, value: RuledValue, rules: MapRules): void {
  const { report, field } = value;
  const entry = mapEntry(field);
  if (entry === undefined) {
    report.add([Rules.Map], `Field ${report.name} is not a map but has ${report.rule(Rules.Map)}.`);
    return;
  }
  const values = new RuleValues(
    reflect(FieldRulesSchema.fields.find((each) => each.number === Rules.Map)!.message!, rules),
  );
  checkCounts(report, Rules.Map, values.get("min_pairs"), values.get("max_pairs"));
  const keys = report.at(Rules.Map, KEYS);
  if (rules.keys?.required) refuseRequired(keys, "map key rules", "map keys");
  checkFieldRules(registry, { ...value, report: keys, field: entry[0], part: "key" }, rules.keys);
  const mapped = report.at(Rules.Map, VALUES);
  if (rules.values?.required) refuseRequired(mapped, "map value rules", "map values");
  checkFieldRules(registry, { ...value, report: mapped, field: entry[1], part: "value" }, rules.values);
}
