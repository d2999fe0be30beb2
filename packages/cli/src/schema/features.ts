import type { FeatureSet, FileDescriptorProto } from "hawser/wkt";

/**
 * What the features of editions come to for one declaration ("Feature Settings for Editions"): numbers of the enums in
 * `google.protobuf.FeatureSet`, and of the two languages whose features decide about compatibility.
 */
export interface Features {
  /** 1 explicit, 2 implicit, 3 required */
  readonly fieldPresence: number;
  /** 1 open, 2 closed */
  readonly enumType: number;
  /** 2 verify, 3 none */
  readonly utf8Validation: number;
  /** 1 length-prefixed, 2 delimited */
  readonly messageEncoding: number;
  /** 1 allow, 2 legacy best effort */
  readonly jsonFormat: number;
  /** `pb.CppFeatures.string_type`: 1 view, 2 cord, 3 string */
  readonly cppStringType: number;
  /** `pb.JavaFeatures.utf8_validation`: 1 default, 2 verify */
  readonly javaUtf8Validation: number;
}

const PROTO2: Features = {
  fieldPresence: 1,
  enumType: 2,
  utf8Validation: 3,
  messageEncoding: 1,
  jsonFormat: 2,
  cppStringType: 3,
  javaUtf8Validation: 1,
};
const PROTO3: Features = { ...PROTO2, fieldPresence: 2, enumType: 1, utf8Validation: 2, jsonFormat: 1 };
const EDITION_2023: Features = { ...PROTO3, fieldPresence: 1 };
const EDITION_2024: Features = { ...EDITION_2023, cppStringType: 1 };

/** `google.protobuf.Edition.EDITION_2024` */
const E2024 = 1001;
/** The field numbers of the extensions `pb.cpp` and `pb.java`, and of the features in them that count here. */
const CPP = 1000;
const CPP_STRING_TYPE = 2;
const JAVA = 1001;
const JAVA_UTF8_VALIDATION = 2;

/** What a file starts from: its syntax or edition, and its own options. */
export function fileFeatures(file: FileDescriptorProto): Features {
  const base =
    file.syntax === "editions"
      ? (file.edition ?? 0) >= E2024
        ? EDITION_2024
        : EDITION_2023
      : file.syntax === "proto3"
        ? PROTO3
        : PROTO2;
  return featuresOf(base, file.options?.features);
}

/** The features of a declaration within `outer` that sets `own`. */
export function featuresOf(outer: Features, own: FeatureSet | undefined): Features {
  if (own === undefined) return outer;
  return {
    fieldPresence: own.fieldPresence || outer.fieldPresence,
    enumType: own.enumType || outer.enumType,
    utf8Validation: own.utf8Validation || outer.utf8Validation,
    messageEncoding: own.messageEncoding || outer.messageEncoding,
    jsonFormat: own.jsonFormat || outer.jsonFormat,
    cppStringType: languageFeature(own.$unknown, CPP, CPP_STRING_TYPE) || outer.cppStringType,
    javaUtf8Validation: languageFeature(own.$unknown, JAVA, JAVA_UTF8_VALIDATION) || outer.javaUtf8Validation,
  };
}

/** The value of an enum in an extension, or 0: extensions of features are among the fields that the schema does not know. */
function languageFeature(unknown: Uint8Array | undefined, extension: number, feature: number): number {
  if (unknown === undefined) return 0;
  let value = 0;
  for (const record of records(unknown)) {
    if (record.number !== extension || record.content === undefined) continue;
    for (const inner of records(record.content)) if (inner.number === feature) value = inner.value;
  }
  return value;
}

interface WireRecord {
  readonly number: number;
  readonly value: number;
  readonly content: Uint8Array | undefined;
}

/** The fields of a message as they lie in its bytes; ends where these are cut off (protobuf.dev, "Encoding"). */
function* records(bytes: Uint8Array): Iterable<WireRecord> {
  let at = 0;
  const varint = (): number => {
    let result = 0;
    for (let shift = 0; shift < 70 && at < bytes.length; shift += 7) {
      const byte = bytes[at++]!;
      if (shift < 28) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return result >>> 0;
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { number, value: varint(), content: undefined };
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        yield { number, value: 0, content: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return;
    }
  }
}
