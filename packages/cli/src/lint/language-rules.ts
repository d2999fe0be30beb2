import { BASIC, type LintRule } from "./lint-rule.js";

/** `google.protobuf.FeatureSet.LEGACY_REQUIRED` */
const LEGACY_REQUIRED = 3;
/** `google.protobuf.FieldDescriptorProto.LABEL_REQUIRED` */
const LABEL_REQUIRED = 2;

/** What of the language is better left alone. */
export const LANGUAGE_RULES: readonly LintRule[] = [
  {
    id: "ENUM_FIRST_VALUE_ZERO",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that all first values of enums have a numeric value of 0.",
    enum({ file, values: [first] }, { report }) {
      if (first === undefined || first.number === 0) return;
      report(file, first.numberLocation, `First enum value "${first.name}" should have a numeric value of 0`);
    },
  },
  {
    id: "ENUM_NO_ALLOW_ALIAS",
    categories: BASIC,
    isDefault: true,
    purpose: 'Checks that enums do not have the "allow_alias" option set.',
    enum(each, { report }) {
      if (each.proto.options?.allowAlias !== true) return;
      report(each.file, each.locate(3, 2), `Enum option "allow_alias" on enum "${each.name}" must be false.`);
    },
  },
  {
    id: "FIELD_NOT_REQUIRED",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that fields are not configured to be required.",
    v1: "unknown",
    field(field, { reportName }) {
      const byLabel = field.proto.label === LABEL_REQUIRED;
      const byFeature = field.features.fieldPresence === LEGACY_REQUIRED && field.proto.label === 1;
      if (byLabel || byFeature) reportName(field, `Field named "${field.name}" should not be required.`);
    },
  },
  {
    id: "SYNTAX_SPECIFIED",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that all files have a syntax specified.",
    file(file, { report }) {
      if (file.syntax !== undefined) return;
      report(
        file,
        undefined,
        'Files must have a syntax explicitly specified. If no syntax is specified, the file defaults to "proto2".',
      );
    },
  },
];
