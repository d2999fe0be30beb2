import type { AnyExtensionType } from "./extension-type.js";
import { isMessageType } from "./field-type.js";
import type { AnyMessageType } from "./message-type.js";

/** Types by their names: what JSON needs to read and write a `google.protobuf.Any`, or an extension. */
export interface Registry {
  /** The message of a full name, as `notes.v1.Note`. */
  readonly message: (typeName: string) => AnyMessageType | undefined;
  /** The extension of a full name. */
  readonly extension: (typeName: string) => AnyExtensionType | undefined;
  /** The extensions of a message. */
  readonly extensionsOf: (typeName: string) => readonly AnyExtensionType[];
}

/** Makes a registry of the types given and of every message that their fields refer to. */
export function createRegistry(...types: readonly (AnyMessageType | AnyExtensionType)[]): Registry {
  const messages = new Map<string, AnyMessageType>();
  const extensions = new Map<string, AnyExtensionType>();
  const byExtendee = new Map<string, AnyExtensionType[]>();
  const queue: AnyMessageType[] = [];
  for (const type of types) {
    if ("readFrom" in type) {
      queue.push(type);
      continue;
    }
    extensions.set(type.typeName, type);
    const { typeName } = type.extendee;
    const others = byExtendee.get(typeName);
    if (others === undefined) byExtendee.set(typeName, [type]);
    else others.push(type);
    if (isMessageType(type.field.type)) queue.push(type.field.type);
  }
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (messages.has(type.typeName)) continue;
    messages.set(type.typeName, type);
    for (const field of type.fields) if (isMessageType(field.type)) queue.push(field.type);
  }
  return {
    message: (typeName) => messages.get(typeName),
    extension: (typeName) => extensions.get(typeName),
    extensionsOf: (typeName) => byExtendee.get(typeName) ?? [],
  };
}

/** What both registries have; where both have something of a name, what `first` has. */
export function joinRegistries(first: Registry, second: Registry): Registry {
  return {
    message: (typeName) => first.message(typeName) ?? second.message(typeName),
    extension: (typeName) => first.extension(typeName) ?? second.extension(typeName),
    extensionsOf: (typeName) => {
      const own = first.extensionsOf(typeName);
      const names = new Set(own.map((each) => each.typeName));
      return [...own, ...second.extensionsOf(typeName).filter((each) => !names.has(each.typeName))];
    },
  };
}
