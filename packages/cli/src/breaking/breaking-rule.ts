import type { RuleInfo } from "../check/rule.js";
import type {
  SchemaEnum,
  SchemaEnumValue,
  SchemaField,
  SchemaFile,
  SchemaMessage,
  SchemaMethod,
  SchemaService,
} from "../schema/element.js";
import type { Location } from "../schema/location.js";
import type { SchemaIndex } from "./schema-index.js";

/** A place in a file of one of the two schemas. */
export interface Place {
  readonly file: SchemaFile;
  /** `undefined` if only the file is known, or the descriptor has no places. */
  readonly location: Location | undefined;
  /** The path of the element in the file's descriptor; `undefined` if only the file is known. */
  readonly path?: readonly number[];
}

/** What a place is made from. */
interface Placed {
  readonly file: SchemaFile;
  readonly location: Location | undefined;
  readonly path: readonly number[];
}

/** What a rule is given to work with. */
export interface BreakingContext {
  readonly before: SchemaIndex;
  readonly now: SchemaIndex;
  /**
   * Reports a change.
   *
   * @param place where it is to be seen now; `undefined` if nothing is left that it could be said of
   * @param before where that was before
   */
  report(place: Place | undefined, before: Place | undefined, message: string): void;
}

/** A rule: what it compares is what it has a function for. The pairs are of one name, fields of one number. */
export interface BreakingRule extends RuleInfo {
  /** Called once, for rules about the schema as a whole. */
  readonly schema?: (context: BreakingContext) => void;
  readonly file?: (now: SchemaFile, before: SchemaFile, context: BreakingContext) => void;
  readonly message?: (now: SchemaMessage, before: SchemaMessage, context: BreakingContext) => void;
  /** Extensions too: they are of one number for the same message. */
  readonly field?: (now: SchemaField, before: SchemaField, context: BreakingContext) => void;
  readonly enum?: (now: SchemaEnum, before: SchemaEnum, context: BreakingContext) => void;
  /** The values of one number: several if the enum allows aliases. */
  readonly enumValues?: (
    now: readonly SchemaEnumValue[],
    before: readonly SchemaEnumValue[],
    context: BreakingContext,
  ) => void;
  readonly service?: (now: SchemaService, before: SchemaService, context: BreakingContext) => void;
  readonly method?: (now: SchemaMethod, before: SchemaMethod, context: BreakingContext) => void;
}

/** The categories, from what breaks source code to what breaks messages on the wire. CSR is for schema registries. */
export const FILE_ONLY: readonly string[] = ["FILE"];
export const FILE_PACKAGE: readonly string[] = ["FILE", "PACKAGE"];
export const WIRE_JSON_UP: readonly string[] = ["CSR", "FILE", "PACKAGE", "WIRE_JSON"];
export const WIRE_UP: readonly string[] = ["CSR", "FILE", "PACKAGE", "WIRE_JSON", "WIRE"];

/** What a rule of version 2 is in version 1, which does not have the category CSR. */
export function withCategories(
  categories: readonly string[],
  isDefault: boolean,
): Pick<RuleInfo, "categories" | "isDefault" | "v1"> {
  return categories.includes("CSR")
    ? { categories, isDefault, v1: { categories: categories.filter((each) => each !== "CSR"), isDefault } }
    : { categories, isDefault };
}

/** An element as a whole. */
export function whole({ file, location, path }: Placed): Place {
  return { file, location, path };
}

/** A part of an element. */
export function at({ file, path }: Placed, location: Location | undefined): Place {
  return { file, location, path };
}

/** The first of those places that is known, in the file of the element. */
export function firstOf(element: Placed, ...locations: (Location | undefined)[]): Place {
  return at(
    element,
    locations.find((each) => each !== undefined),
  );
}
