import type { EnumDefinition, EnumValueDefinition } from "./definition.js";

interface Values {
  readonly byName: Map<string, EnumValueDefinition>;
  /** Of values with one number, the first. */
  readonly byNumber: Map<number, EnumValueDefinition>;
}

const indexes = new WeakMap<EnumDefinition, Values>();

/** The value of an enum by its name: an enum may have thousands of values and as many options that name them. */
export function enumValueNamed(definition: EnumDefinition, name: string): EnumValueDefinition | undefined {
  return indexOf(definition).byName.get(name);
}

/** The value of an enum by its number; of several, the first. */
export function enumValueNumbered(definition: EnumDefinition, number: number): EnumValueDefinition | undefined {
  return indexOf(definition).byNumber.get(number);
}

function indexOf(definition: EnumDefinition): Values {
  let index = indexes.get(definition);
  if (index === undefined) {
    index = { byName: new Map(), byNumber: new Map() };
    for (const value of definition.values) {
      index.byName.set(value.name, value);
      if (!index.byNumber.has(value.proto.number!)) index.byNumber.set(value.proto.number!, value);
    }
    indexes.set(definition, index);
  }
  return index;
}
