import type { DescEnum, DescField, FileRegistry } from "@bufbuild/protobuf";
import type { Rule } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import {
  ANY,
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  formatType,
  INT,
  listOf,
  mapOf,
  messageType,
  NULL,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
} from "./cel/cel-type.js";
import { checkExpression, mayBe } from "./cel/check-expression.js";
import type { ExpressionScope } from "./cel/expression-checker.js";
import { FieldType } from "./field-type.js";

/** Whose expressions are checked, as messages call it. */
export interface ExpressionOwner {
  /** `field "name"` */
  readonly name: string;
  /** The same at the beginning of a sentence. */
  readonly capitalized: string;
  /** The option, such as `(buf.validate.field).cel`. */
  readonly option: string;
}

/** CEL rules: their ids, and whether their expressions compile and come to what a rule can use. */
export function checkRules(
  rules: readonly Rule[],
  scope: ExpressionScope,
  { name, capitalized, option }: ExpressionOwner,
  report: (index: number, message: string) => void,
): void {
  for (const [i, { id }] of rules.entries()) {
    if (/[^a-zA-Z0-9_.-]/.test(id)) {
      const allowed = "IDs must contain only characters a-z, A-Z, 0-9, '.', '_', '-'.";
      report(i, `${capitalized} has invalid characters for ${option}.id. ${allowed}`);
    }
    if (id === "" || rules.every((other, j) => i === j || other.id !== id)) continue;
    report(i, `${option}.id (${JSON.stringify(id)}) is not unique within ${name}.`);
  }
  for (const [i, rule] of rules.entries()) {
    const type = checkOne(rule.expression, scope, { name, capitalized, option: `${option}.expression` }, (text) =>
      report(i, text),
    );
    if (type?.kind !== "string" || rule.message === "") continue;
    report(
      i,
      `${capitalized} has a ${option} with an expression that evaluates to a string, and also has a message. The message is redundant - since the expression evaluates to a string, its result will be printed instead of the message, so the message should be removed.`,
    );
  }
}

/** Rules that are nothing but an expression. */
export function checkExpressions(
  expressions: readonly string[],
  scope: ExpressionScope,
  owner: ExpressionOwner,
  report: (index: number, message: string) => void,
): void {
  for (const [i, expression] of expressions.entries()) checkOne(expression, scope, owner, (text) => report(i, text));
}

function checkOne(
  expression: string,
  scope: ExpressionScope,
  { name, capitalized, option }: ExpressionOwner,
  report: (message: string) => void,
): CelType | undefined {
  if (expression.trim() === "") {
    report(`${capitalized} has an empty ${option}. Expressions should always be specified.`);
    return undefined;
  }
  const { type, errors } = checkExpression(expression, scope);
  for (const error of errors) report(`${option} on ${name} fails to compile: ${error}`);
  if (errors.length === 0 && !mayBe(type, "bool") && !mayBe(type, "string")) {
    report(`${option} on ${name} evaluates to a ${formatType(type)}, only string and boolean are allowed.`);
  }
  return type;
}

const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map([
  ...[BOOL, BYTES, DOUBLE, INT, STRING, UINT].map((type): [string, CelType] => [type.name, typeOf(type)]),
  ["list", typeOf(listOf(DYN))],
  ["map", typeOf(mapOf(DYN, DYN))],
  ["null_type", typeOf(NULL)],
  ["type", typeOf(typeOf(DYN))],
]);

/** What expressions can name: variables, `now`, and what the registry has. */
export class RegistryScope implements ExpressionScope {
  readonly #registry: FileRegistry;
  readonly #variables: ReadonlyMap<string, CelType>;

  constructor(registry: FileRegistry, variables: Readonly<Record<string, CelType>>) {
    this.#registry = registry;
    this.#variables = new Map([...Object.entries(variables), ["now", TIMESTAMP]]);
  }

  ident(name: string): CelType | undefined {
    const known = this.#variables.get(name) ?? TYPE_NAMES.get(name);
    if (known !== undefined) return known;
    if (this.#registry.getMessage(name) !== undefined) return typeOf(messageType(name));
    const dot = name.lastIndexOf(".");
    const enumeration = this.#registry.getEnum(name.slice(0, Math.max(0, dot)));
    return enumeration?.values.some((value) => value.name === name.slice(dot + 1)) ? INT : undefined;
  }

  field(message: string, name: string): CelType | undefined | null {
    const type = this.#registry.getMessage(message);
    if (type === undefined) return null;
    const field = type.fields.find((each) => each.name === name);
    return field === undefined ? undefined : fieldType(field, false);
  }
}

/** The type of a field's value; of a repeated field with `isItem`, that of one of its values. */
export function fieldType(field: DescField, isItem: boolean): CelType {
  if (field.fieldKind === "map") return mapOf(kindType(field.mapKey), mapValueType(field));
  const type = field.message !== undefined ? messageType(field.message.typeName) : scalarType(field);
  return field.fieldKind === "list" && !isItem ? listOf(type) : type;
}

function scalarType(field: DescField): CelType {
  return field.enum !== undefined ? enumType(field.enum) : kindType(field.proto.type);
}

/** The type of the values of a map. */
export function mapValueType(field: DescField & { readonly fieldKind: "map" }): CelType {
  if (field.mapKind === "message") return messageType(field.message.typeName);
  return field.mapKind === "enum" ? enumType(field.enum) : kindType(field.scalar);
}

function enumType({ typeName }: DescEnum): CelType {
  return typeName === "google.protobuf.NullValue" ? NULL : INT;
}

/** Of a scalar type by its number in descriptor.proto. */
export function kindType(type: number): CelType {
  switch (type) {
    case FieldType.Double:
    case FieldType.Float:
      return DOUBLE;
    case FieldType.Bool:
      return BOOL;
    case FieldType.String:
      return STRING;
    case FieldType.Bytes:
      return BYTES;
    case FieldType.Uint32:
    case FieldType.Uint64:
    case FieldType.Fixed32:
    case FieldType.Fixed64:
      return UINT;
    default:
      return INT;
  }
}

/** What a predefined rule of these rules checks, by the name of the message it extends; `undefined` for other messages. */
export function checkedType(rules: string): CelType | undefined {
  return CHECKED_TYPES[rules.replace(/^buf\.validate\./, "")];
}

const CHECKED_TYPES: Readonly<Record<string, CelType | undefined>> = {
  __proto__: null as never,
  AnyRules: ANY,
  BoolRules: BOOL,
  BytesRules: BYTES,
  StringRules: STRING,
  Int32Rules: INT,
  Int64Rules: INT,
  SInt32Rules: INT,
  SInt64Rules: INT,
  SFixed32Rules: INT,
  SFixed64Rules: INT,
  EnumRules: INT,
  UInt32Rules: UINT,
  UInt64Rules: UINT,
  Fixed32Rules: UINT,
  Fixed64Rules: UINT,
  DoubleRules: DOUBLE,
  FloatRules: DOUBLE,
  MapRules: mapOf(DYN, DYN),
  RepeatedRules: listOf(DYN),
  DurationRules: DURATION,
  TimestampRules: TIMESTAMP,
};
