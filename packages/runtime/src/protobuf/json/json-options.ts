import type { Registry } from "../type/registry.js";

/** How `toJson` writes. */
export interface ToJsonOptions {
  /** The types that a `google.protobuf.Any` may hold, and the extensions to write. */
  readonly registry?: Registry;
  /** Whether fields without presence are written when they have the default value. Default: no. */
  readonly emitDefaults?: boolean;
  /** Whether enum values are written as numbers. Default: as names. */
  readonly enumsAsNumbers?: boolean;
  /** Whether fields have their names of the `.proto`. Default: lower camel case, or what `json_name` says. */
  readonly protoNames?: boolean;
}

/** How `fromJson` reads. */
export interface FromJsonOptions {
  /** The types that a `google.protobuf.Any` may hold, and the extensions that may be there. */
  readonly registry?: Registry;
  /** Whether unknown members, and unknown names of enum values, are skipped. Default: they are errors. */
  readonly ignoreUnknownFields?: boolean;
}
