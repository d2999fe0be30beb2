import { type DescExtension, type DescField, getOption, hasOption } from "@bufbuild/protobuf";
import {
  field as fieldRules,
  message as messageRules,
  predefined as predefinedRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { FileDescriptorProto } from "hawser/wkt";
import type { SchemaField, SchemaMessage } from "../../schema/element.js";
import type { Location } from "../../schema/location.js";
import { messageType } from "./cel/cel-type.js";
import { checkExpressions, checkedType, checkRules, fieldType, RegistryScope } from "./cel-checks.js";
import { checkFieldRules } from "./field-checks.js";
import { FieldReport, RULES_EXTENSION } from "./field-report.js";
import { typeName } from "./field-type.js";
import { checkOneofs } from "./message-checks.js";
import type { ProtovalidateChecker } from "./protovalidate-checker.js";
import { ValidateRegistry } from "./validate-registry.js";

/** The numbers of fields of `buf.validate.MessageRules`, and of the one of `PredefinedRules`. */
const MESSAGE_CEL = 3;
const MESSAGE_CEL_EXPRESSION = 5;
const PREDEFINED_CEL = 1;

type Report = (location: Location | undefined, message: string) => void;

/** Checks rules of protovalidate with the library that validates by them. */
export class RuleChecker implements ProtovalidateChecker {
  readonly #registry: ValidateRegistry;

  /** @throws Error if the library does not take the files */
  constructor(files: readonly FileDescriptorProto[]) {
    this.#registry = new ValidateRegistry(files);
  }

  checkMessage(message: SchemaMessage, report: Report): void {
    const type = this.#registry.files.getMessage(message.fullName);
    if (type === undefined || !hasOption(type, messageRules)) return;
    const rules = getOption(type, messageRules);
    checkOneofs(message, type, rules, report);
    if (rules.cel.length === 0 && rules.celExpression.length === 0) return;
    const scope = new RegistryScope(this.#registry.files, { this: messageType(message.fullName) });
    const name = JSON.stringify(message.name);
    const owner = { name: `message ${name}`, capitalized: `Message ${name}` };
    const place = (...path: number[]): Location | undefined => message.optionLocation(RULES_EXTENSION, ...path);
    checkRules(rules.cel, scope, { ...owner, option: "(buf.validate.message).cel" }, (i, text) =>
      report(place(MESSAGE_CEL, i), text),
    );
    const option = "(buf.validate.message).cel_expression";
    checkExpressions(rules.celExpression, scope, { ...owner, option }, (i, text) =>
      report(place(MESSAGE_CEL_EXPRESSION, i), text),
    );
  }

  checkField(field: SchemaField, report: Report): void {
    const desc = this.#descOf(field);
    if (desc === undefined) return;
    if (desc.kind === "extension") this.#checkPredefined(field, desc, report);
    if (!hasOption(desc, fieldRules)) return;
    const reporter = new FieldReport(field, typeName(field), report);
    const value = { report: reporter, field, desc: desc as DescField, part: "whole" } as const;
    checkFieldRules(this.#registry, value, getOption(desc, fieldRules));
  }

  #descOf(field: SchemaField): DescField | DescExtension | undefined {
    if (field.extendee !== "") return this.#registry.files.getExtension(field.fullName);
    const type = field.parent && this.#registry.files.getMessage(field.parent.fullName);
    return type?.fields.find((each) => each.number === field.number);
  }

  /** A rule that the schema adds to those of a type, as an extension of them. */
  #checkPredefined(field: SchemaField, desc: DescExtension, report: Report): void {
    const checked = checkedType(field.extendee);
    if (!field.extendee.startsWith("buf.validate.") || checked === undefined || !hasOption(desc, predefinedRules))
      return;
    const scope = new RegistryScope(this.#registry.files, {
      this: checked,
      rule: fieldType(desc as unknown as DescField, false),
      rules: messageType(field.extendee),
    });
    const owner = {
      name: "extension field",
      capitalized: "Extension field",
      option: "(buf.validate.predefined).cel",
    };
    checkRules(getOption(desc, predefinedRules).cel, scope, owner, (i, text) =>
      report(field.optionLocation(PREDEFINED_EXTENSION, PREDEFINED_CEL, i), text),
    );
  }
}

/** The number of `buf.validate.predefined`. */
const PREDEFINED_EXTENSION = 1160;
