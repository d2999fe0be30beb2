/** An enum: what JSON and reflection need to know of it. Generated code exports it as `$Color` beside `Color`. */
export interface EnumType {
  /** The full name, as `notes.v1.Color`. */
  readonly typeName: string;
  /** Whether a number that is not listed is kept out of the field (proto2, and `enum_type = CLOSED`). */
  readonly closed: boolean;
  /** The numbers by their names, aliases included, in the order of their declaration. */
  readonly values: Readonly<Record<string, number>>;
  /** The first name of a number. */
  readonly nameOf: (value: number) => string | undefined;
  /** The number of a name. */
  readonly valueOf: (name: string) => number | undefined;
}

/** Makes the {@link EnumType} of generated code. */
export function enumType(typeName: string, values: Readonly<Record<string, number>>, closed = false): EnumType {
  const names = new Map<number, string>();
  for (const name of Object.keys(values)) {
    const value = values[name]!;
    if (!names.has(value)) names.set(value, name);
  }
  return {
    typeName,
    closed,
    values,
    nameOf: (value) => names.get(value),
    valueOf: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
  };
}
