import type { Registry } from "../type/registry.js";

/** How `toText` writes. */
export interface ToTextOptions {
  /** The types that a `google.protobuf.Any` may hold, which is then written out, and the extensions. */
  readonly registry?: Registry;
  /** How many spaces a level; 0: everything on one line. Default 2. */
  readonly indent?: number;
  /**
   * Whether fields that the schema does not know are written, by their numbers. `fromText` does not read these: it
   * cannot know their types. Default: they are left out.
   */
  readonly unknownFields?: boolean;
}

/** How `fromText` reads. */
export interface FromTextOptions {
  /** The types that a `google.protobuf.Any` written out may hold, and the extensions that may be there. */
  readonly registry?: Registry;
}
