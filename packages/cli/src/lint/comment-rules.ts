import type { SchemaElement } from "../schema/element.js";
import { COMMENT_IGNORE } from "./comment-ignore.js";
import type { LintContext, LintRule } from "./lint-rule.js";

/** `google.protobuf.FieldDescriptorProto.TYPE_GROUP` */
const TYPE_GROUP = 10;

/** That everything has a comment. */
export const COMMENT_RULES: readonly LintRule[] = [
  { ...comment("ENUM", "enums"), enum: (each, context) => check(each, "Enum", context) },
  { ...comment("ENUM_VALUE", "enum values"), enumValue: (value, context) => check(value, "Enum value", context) },
  {
    ...comment("FIELD", "fields"),
    // What is written at a group is the comment of its message.
    field: (field, context) => field.proto.type !== TYPE_GROUP && check(field, "Field", context),
  },
  { ...comment("MESSAGE", "messages"), message: (message, context) => check(message, "Message", context) },
  {
    ...comment("ONEOF", "oneof"),
    oneof: (oneof, context) => !oneof.isSynthetic && check(oneof, "Oneof", context),
  },
  { ...comment("RPC", "RPCs"), method: (method, context) => check(method, "RPC", context) },
  { ...comment("SERVICE", "services"), service: (service, context) => check(service, "Service", context) },
];

function comment(id: string, plural: string) {
  return {
    id: `COMMENT_${id}`,
    categories: ["COMMENTS"],
    isDefault: false,
    purpose: `Checks that ${plural} have non-empty comments.`,
  };
}

function check(element: SchemaElement, kind: string, { report }: LintContext): void {
  const { location } = element;
  if (location === undefined || hasText(location.leadingComments)) return;
  report(element.file, location, `${kind} "${element.name}" should have a non-empty comment for documentation.`);
}

/** Whether there is a line that is more than an instruction to ignore a rule. */
function hasText(comments: string): boolean {
  return comments.split("\n").some((line) => line.trim() !== "" && !line.trim().startsWith(COMMENT_IGNORE));
}
