import type { FeatureSet, FileDescriptorProto } from "./google/protobuf/descriptor.pb.js";

/** The features of protobuf.dev, "Feature Settings for Editions", that change how messages are read and written. */
export interface Features {
  readonly presence: "explicit" | "implicit" | "required";
  readonly closedEnum: boolean;
  readonly packed: boolean;
  readonly checkUtf8: boolean;
  readonly delimited: boolean;
}

const PROTO2: Features = {
  presence: "explicit",
  closedEnum: true,
  packed: false,
  checkUtf8: false,
  delimited: false,
};
const PROTO3: Features = {
  presence: "implicit",
  closedEnum: false,
  packed: true,
  checkUtf8: true,
  delimited: false,
};
/** Edition 2023; 2024 changed none of these. */
const EDITION_2023: Features = { ...PROTO3, presence: "explicit" };

/** What a file starts from: its syntax or edition, and its own options. */
export function fileFeatures(file: FileDescriptorProto): Features {
  const base = file.syntax === "proto3" ? PROTO3 : file.syntax === "editions" ? EDITION_2023 : PROTO2;
  return withFeatures(base, file.options?.features);
}

/** The features of a declaration within `outer`. The numbers are those of the enums of `google.protobuf.FeatureSet`. */
export function withFeatures(outer: Features, set: FeatureSet | undefined): Features {
  if (set === undefined) return outer;
  return {
    presence: (["explicit", "implicit", "required"] as const)[(set.fieldPresence ?? 0) - 1] ?? outer.presence,
    closedEnum: set.enumType ? set.enumType === 2 : outer.closedEnum,
    packed: set.repeatedFieldEncoding ? set.repeatedFieldEncoding === 1 : outer.packed,
    checkUtf8: set.utf8Validation ? set.utf8Validation === 2 : outer.checkUtf8,
    delimited: set.messageEncoding ? set.messageEncoding === 2 : outer.delimited,
  };
}
