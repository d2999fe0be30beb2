import type { EnumDefinition, EnumValueDefinition } from "./definition.js";

const byName = new WeakMap<EnumDefinition, Map<string, EnumValueDefinition>>();

/** The value of an enum by its name: an enum may have thousands of values and as many options that name them. */
export function enumValueNamed(definition: EnumDefinition, name: string): EnumValueDefinition | undefined {
  let values = byName.get(definition);
  if (values === undefined) {
    values = new Map(definition.values.map((value) => [value.name, value]));
    byName.set(definition, values);
  }
  return values.get(name);
}
