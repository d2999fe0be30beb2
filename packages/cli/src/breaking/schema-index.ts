import type { SchemaEnum, SchemaField, SchemaFile, SchemaMessage, SchemaService } from "../schema/element.js";

/** The declarations of a package, by their names in it. */
export interface PackageIndex {
  readonly messages: ReadonlyMap<string, SchemaMessage>;
  readonly enums: ReadonlyMap<string, SchemaEnum>;
  readonly extensions: ReadonlyMap<string, SchemaField>;
  readonly services: ReadonlyMap<string, SchemaService>;
  readonly files: readonly SchemaFile[];
}

/** One of two schemas that are compared: everything in it by name. */
export class SchemaIndex {
  readonly files: ReadonlyMap<string, SchemaFile>;
  readonly messages: Map<string, SchemaMessage> = new Map<string, SchemaMessage>();
  readonly enums: Map<string, SchemaEnum> = new Map<string, SchemaEnum>();
  readonly services: Map<string, SchemaService> = new Map<string, SchemaService>();
  /** By the message they extend, and by number. */
  readonly extensions: Map<string, Map<number, SchemaField>> = new Map<string, Map<number, SchemaField>>();
  #packages: Map<string, PackageIndex> | undefined;

  constructor(files: readonly SchemaFile[]) {
    this.files = new Map(files.map((file) => [file.name, file]));
    for (const file of this.files.values()) {
      for (const message of file.allMessages()) this.messages.set(message.fullName, message);
      for (const each of file.allEnums()) this.enums.set(each.fullName, each);
      for (const service of file.services) this.services.set(service.fullName, service);
      for (const field of file.allExtensions()) {
        const others = this.extensions.get(field.extendee);
        if (others === undefined) this.extensions.set(field.extendee, new Map([[field.number, field]]));
        else if (!others.has(field.number)) others.set(field.number, field);
      }
    }
  }

  /** The packages by name; the files without one are in "". */
  get packages(): ReadonlyMap<string, PackageIndex> {
    if (this.#packages !== undefined) return this.#packages;
    const packages = new Map<string, ReturnType<typeof emptyPackage>>();
    for (const file of this.files.values()) {
      let found = packages.get(file.package);
      if (found === undefined) packages.set(file.package, (found = emptyPackage()));
      found.files.push(file);
      for (const message of file.allMessages()) found.messages.set(message.nestedName, message);
      for (const each of file.allEnums()) found.enums.set(each.nestedName, each);
      for (const field of file.allExtensions()) found.extensions.set(field.nestedName, field);
      for (const service of file.services) found.services.set(service.name, service);
    }
    this.#packages = packages;
    return packages;
  }
}

function emptyPackage() {
  return {
    messages: new Map<string, SchemaMessage>(),
    enums: new Map<string, SchemaEnum>(),
    extensions: new Map<string, SchemaField>(),
    services: new Map<string, SchemaService>(),
    files: [] as SchemaFile[],
  };
}
