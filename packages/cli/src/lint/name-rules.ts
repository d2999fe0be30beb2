import { BASIC, type LintRule, STANDARD } from "./lint-rule.js";
import { lowerSnakeCase, pascalCase, upperSnakeCase } from "./names.js";

/** How things are to be named. */
export const NAME_RULES: readonly LintRule[] = [
  {
    id: "ENUM_PASCAL_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that enums are PascalCase.",
    enum(each, { reportName }) {
      const expected = pascalCase(each.name);
      if (each.name !== expected) {
        reportName(each, `Enum name "${each.name}" should be PascalCase, such as "${expected}".`);
      }
    },
  },
  {
    id: "ENUM_VALUE_PREFIX",
    categories: STANDARD,
    isDefault: true,
    purpose: "Checks that enum values are prefixed with ENUM_NAME_UPPER_SNAKE_CASE.",
    enumValue(value, { reportName }) {
      const prefix = `${upperSnakeCase(value.enum.name)}_`;
      if (!value.name.startsWith(prefix)) {
        reportName(value, `Enum value name "${value.name}" should be prefixed with "${prefix}".`);
      }
    },
  },
  {
    id: "ENUM_VALUE_UPPER_SNAKE_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that enum values are UPPER_SNAKE_CASE.",
    enumValue(value, { reportName }) {
      const expected = upperSnakeCase(value.name);
      if (value.name !== expected) {
        reportName(value, `Enum value name "${value.name}" should be UPPER_SNAKE_CASE, such as "${expected}".`);
      }
    },
  },
  {
    id: "ENUM_ZERO_VALUE_SUFFIX",
    categories: STANDARD,
    isDefault: true,
    purpose: 'Checks that enum zero values have a consistent suffix (configurable, default suffix is "_UNSPECIFIED").',
    enumValue(value, { reportName, options: { enumZeroValueSuffix: suffix } }) {
      if (value.number === 0 && !value.name.endsWith(suffix)) {
        reportName(value, `Enum zero value name "${value.name}" should be suffixed with "${suffix}".`);
      }
    },
  },
  {
    id: "FIELD_LOWER_SNAKE_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that field names are lower_snake_case.",
    field(field, { reportName }) {
      const expected = lowerSnakeCase(field.name);
      if (field.name !== expected) {
        reportName(field, `Field name "${field.name}" should be lower_snake_case, such as "${expected}".`);
      }
    },
  },
  {
    id: "FILE_LOWER_SNAKE_CASE",
    categories: STANDARD,
    isDefault: true,
    purpose: "Checks that filenames are lower_snake_case.",
    file(file, { report }) {
      const base = file.name.slice(file.name.lastIndexOf("/") + 1);
      const dot = base.lastIndexOf(".");
      const [name, extension] = dot < 0 ? [base, ""] : [base.slice(0, dot), base.slice(dot)];
      const expected = lowerSnakeCase(name);
      if (name === expected) return;
      const example = `"${expected}${extension}"`;
      report(file, undefined, `Filename "${base}" should be lower_snake_case${extension}, such as ${example}.`);
    },
  },
  {
    id: "MESSAGE_PASCAL_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that messages are PascalCase.",
    message(message, { reportName }) {
      const expected = pascalCase(message.name);
      if (message.name !== expected) {
        reportName(message, `Message name "${message.name}" should be PascalCase, such as "${expected}".`);
      }
    },
  },
  {
    id: "ONEOF_LOWER_SNAKE_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that oneof names are lower_snake_case.",
    oneof(oneof, { reportName }) {
      const expected = lowerSnakeCase(oneof.name);
      if (oneof.name !== expected && !oneof.isSynthetic) {
        reportName(oneof, `Oneof name "${oneof.name}" should be lower_snake_case, such as "${expected}".`);
      }
    },
  },
  {
    id: "RPC_PASCAL_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that RPCs are PascalCase.",
    method(method, { reportName }) {
      const expected = pascalCase(method.name);
      if (method.name !== expected) {
        reportName(method, `RPC name "${method.name}" should be PascalCase, such as "${expected}".`);
      }
    },
  },
  {
    id: "SERVICE_PASCAL_CASE",
    categories: BASIC,
    isDefault: true,
    purpose: "Checks that services are PascalCase.",
    service(service, { reportName }) {
      const expected = pascalCase(service.name);
      if (service.name !== expected) {
        reportName(service, `Service name "${service.name}" should be PascalCase, such as "${expected}".`);
      }
    },
  },
  {
    id: "SERVICE_SUFFIX",
    categories: STANDARD,
    isDefault: true,
    purpose: 'Checks that services have a consistent suffix (configurable, default suffix is "Service").',
    service(service, { reportName, options: { serviceSuffix: suffix } }) {
      if (!service.name.endsWith(suffix)) {
        reportName(service, `Service name "${service.name}" should be suffixed with "${suffix}".`);
      }
    },
  },
];
