/** A type of the Common Expression Language (cel-spec, "Values"), as far as a checker needs it. */
export interface CelType {
  readonly kind:
    | "bool"
    | "bytes"
    | "double"
    | "int"
    | "string"
    | "uint"
    | "null"
    | "any"
    | "duration"
    | "timestamp"
    | "list"
    | "map"
    | "object"
    | "type"
    | "param"
    | "dyn"
    | "error";
  /** The full name of a message, or the name of a type parameter; else that of the kind. */
  readonly name: string;
  /** Of lists and maps the types of what they hold, of `type` the type that is the value. */
  readonly params: readonly CelType[];
  /** A wrapper such as `google.protobuf.Int32Value`: null is one of its values. */
  readonly isWrapper?: true;
}

const simple = (kind: CelType["kind"], name: string = kind): CelType => ({ kind, name, params: [] });

export const BOOL: CelType = simple("bool");
export const BYTES: CelType = simple("bytes");
export const DOUBLE: CelType = simple("double");
export const INT: CelType = simple("int");
export const STRING: CelType = simple("string");
export const UINT: CelType = simple("uint");
export const NULL: CelType = simple("null");
export const ANY: CelType = simple("any");
export const DURATION: CelType = simple("duration");
export const TIMESTAMP: CelType = simple("timestamp");
export const DYN: CelType = simple("dyn");
export const ERROR: CelType = simple("error", "!error!");

export function listOf(element: CelType): CelType {
  return { kind: "list", name: "list", params: [element] };
}

export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: "map", name: "map", params: [key, value] };
}

export function typeOf(type: CelType): CelType {
  return { kind: "type", name: "type", params: [type] };
}

export function typeParam(name: string): CelType {
  return { kind: "param", name, params: [] };
}

/** Messages that are values of their own in CEL (cel-spec, "Dynamic Values" and "Protocol Buffer Data Conversion"). */
const WELL_KNOWN: ReadonlyMap<string, CelType> = new Map([
  ["google.protobuf.Any", ANY],
  ["google.protobuf.Duration", DURATION],
  ["google.protobuf.Timestamp", TIMESTAMP],
  ["google.protobuf.ListValue", listOf(DYN)],
  ["google.protobuf.Struct", mapOf(STRING, DYN)],
  ["google.protobuf.Value", DYN],
  ["google.protobuf.BoolValue", wrapper(BOOL)],
  ["google.protobuf.BytesValue", wrapper(BYTES)],
  ["google.protobuf.DoubleValue", wrapper(DOUBLE)],
  ["google.protobuf.FloatValue", wrapper(DOUBLE)],
  ["google.protobuf.Int32Value", wrapper(INT)],
  ["google.protobuf.Int64Value", wrapper(INT)],
  ["google.protobuf.StringValue", wrapper(STRING)],
  ["google.protobuf.UInt32Value", wrapper(UINT)],
  ["google.protobuf.UInt64Value", wrapper(UINT)],
]);

function wrapper(type: CelType): CelType {
  return { ...type, isWrapper: true };
}

/** The type of the values of a message. */
export function messageType(fullName: string): CelType {
  return WELL_KNOWN.get(fullName) ?? { kind: "object", name: fullName, params: [] };
}

/** A type as cel-go's errors write it. */
export function formatType(type: CelType): string {
  if (type.isWrapper) return `wrapper(${type.name})`;
  return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(formatType).join(", ")})`;
}

/** The arguments of a call as cel-go's errors write them. */
export function formatArguments(args: readonly CelType[], isMember: boolean): string {
  const texts = args.map(formatType);
  return isMember ? `${texts[0]}.(${texts.slice(1).join(", ")})` : `(${texts.join(", ")})`;
}

export function isSameType(a: CelType, b: CelType): boolean {
  return formatType(a) === formatType(b);
}
