/** The JSON name of a field: lower camel case ("JSON Mapping", protoc's ToJsonName). */
export function jsonName(name: string): string {
  if (!name.includes("_")) return name;
  let out = "";
  let capitalize = false;
  for (let i = 0; i < name.length; i++) {
    const char = name[i]!;
    if (char === "_") capitalize = true;
    else {
      out += capitalize ? upper(char) : char;
      capitalize = false;
    }
  }
  return out;
}

/** The name of a map field's entry message: `foo_bar` has `FooBarEntry`. */
export function mapEntryName(name: string): string {
  let out = "";
  let capitalize = true;
  for (let i = 0; i < name.length; i++) {
    const char = name[i]!;
    if (char === "_") capitalize = true;
    else {
      out += capitalize ? upper(char) : char;
      capitalize = false;
    }
  }
  return `${out}Entry`;
}

/** `a.b` and `c` make `a.b.c`. */
export function qualify(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function upper(char: string): string {
  return char >= "a" && char <= "z" ? char.toUpperCase() : char;
}
