import { isMessageType } from "../type/field-type.js";
import type { FieldType } from "../type/message-type.js";

/**
 * The name of a field in text. That of a proto2 group is the name of its type, which its field has in lower case
 * (protobuf.dev, "Text Format Language Specification", "Field Names"); editions look alike: a delimited field whose
 * type is declared beside it, under the same name but for the case.
 *
 * @param scope the full name of what the field is declared in
 */
export function textName(field: FieldType, scope: string): string {
  return groupName(field, scope) ?? field.name;
}

/** The name of a field that looks like a group; `undefined` for any other. */
export function groupName(field: FieldType, scope: string): string | undefined {
  const { type } = field;
  if (!field.delimited || !isMessageType(type)) return undefined;
  const dot = type.typeName.lastIndexOf(".");
  const name = type.typeName.slice(dot + 1);
  return name.toLowerCase() === field.name && type.typeName.slice(0, Math.max(dot, 0)) === scope ? name : undefined;
}
