import type { RuleInfo } from "../check/rule.js";
import type {
  SchemaElement,
  SchemaEnum,
  SchemaEnumValue,
  SchemaField,
  SchemaFile,
  SchemaImport,
  SchemaMessage,
  SchemaMethod,
  SchemaOneof,
  SchemaService,
} from "../schema/element.js";
import type { Location } from "../schema/location.js";
import type { ProtovalidateChecker } from "./protovalidate/protovalidate-checker.js";

/** What `buf.yaml` can set for rules. */
export interface LintOptions {
  /** For ENUM_ZERO_VALUE_SUFFIX; default `_UNSPECIFIED`. */
  readonly enumZeroValueSuffix: string;
  /** For SERVICE_SUFFIX; default `Service`. */
  readonly serviceSuffix: string;
  /** For RPC_REQUEST_RESPONSE_UNIQUE; default false. */
  readonly rpcAllowSameRequestResponse: boolean;
  /** Also for RPC_REQUEST_STANDARD_NAME; default false. */
  readonly rpcAllowGoogleProtobufEmptyRequests: boolean;
  /** Also for RPC_RESPONSE_STANDARD_NAME; default false. */
  readonly rpcAllowGoogleProtobufEmptyResponses: boolean;
}

/** What applies when nothing is set. */
export const DEFAULT_LINT_OPTIONS: LintOptions = {
  enumZeroValueSuffix: "_UNSPECIFIED",
  serviceSuffix: "Service",
  rpcAllowSameRequestResponse: false,
  rpcAllowGoogleProtobufEmptyRequests: false,
  rpcAllowGoogleProtobufEmptyResponses: false,
};

/** What a rule is given to work with. */
export interface LintContext {
  readonly options: LintOptions;
  /** The files to check. */
  readonly files: readonly SchemaFile[];
  /** These and their imports. */
  readonly allFiles: readonly SchemaFile[];
  /** For PROTOVALIDATE; `undefined` if no file has rules of it. */
  readonly protovalidate: ProtovalidateChecker | undefined;
  /** Reports something wrong with a file, at that place if there is one. */
  report(file: SchemaFile, location: Location | undefined, message: string): void;
  /** Reports that an element has the wrong name. */
  reportName(element: SchemaElement, message: string): void;
  /** Reports an element as a whole. */
  reportElement(element: SchemaElement, message: string): void;
}

/** A rule: what it checks is what it has a function for. */
export interface LintRule extends RuleInfo {
  /** Called once, for rules about files among each other. */
  readonly schema?: (context: LintContext) => void;
  /** Called for the files of each directory. */
  readonly directory?: (path: string, files: readonly SchemaFile[], context: LintContext) => void;
  /** Called for the files of each package. */
  readonly package?: (name: string, files: readonly SchemaFile[], context: LintContext) => void;
  readonly file?: (file: SchemaFile, context: LintContext) => void;
  readonly import?: (each: SchemaImport, context: LintContext) => void;
  /** Map entries, which nobody wrote, are not among them. */
  readonly message?: (message: SchemaMessage, context: LintContext) => void;
  /** Extensions too; the fields of map entries are not among them. */
  readonly field?: (field: SchemaField, context: LintContext) => void;
  readonly oneof?: (oneof: SchemaOneof, context: LintContext) => void;
  readonly enum?: (each: SchemaEnum, context: LintContext) => void;
  readonly enumValue?: (value: SchemaEnumValue, context: LintContext) => void;
  readonly service?: (service: SchemaService, context: LintContext) => void;
  readonly method?: (method: SchemaMethod, context: LintContext) => void;
}

/** The categories, as a rule of each belongs to them. */
export const MINIMAL: readonly string[] = ["MINIMAL", "BASIC", "STANDARD"];
export const BASIC: readonly string[] = ["BASIC", "STANDARD"];
export const STANDARD: readonly string[] = ["STANDARD"];
