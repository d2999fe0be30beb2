import type { AnyExtensionType, AnyMessageType, Registry } from "hawser/protobuf";

/**
 * The types that JSON needs to read an Any, for a channel that is there before the contract: reflection tells of types over the very
 * channel whose calls need them.
 */
export class LateTypes implements Registry {
  #types: Registry | undefined;

  /** From now on these are the types. */
  use(types: Registry): void {
    this.#types = types;
  }

  readonly message = (typeName: string): AnyMessageType | undefined => this.#types?.message(typeName);
  readonly extension = (typeName: string): AnyExtensionType | undefined => this.#types?.extension(typeName);
  readonly extensionsOf = (typeName: string): readonly AnyExtensionType[] => this.#types?.extensionsOf(typeName) ?? [];
}
