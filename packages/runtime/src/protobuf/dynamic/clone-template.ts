/**
 * Makes an object with the properties of a template. There are many copies of one function, and that is their purpose:
 * V8 remembers for each `{ ...object }` in the source the hidden classes that it met, up to four. One place for all
 * types meets them all and takes twenty times as long as one that meets a few (measured with 60 properties).
 */
type Clone = (template: Record<string, unknown>) => Record<string, unknown>;

const CLONES: readonly Clone[] = [
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
  (t) => ({ ...t }),
];

let next = 0;

/** Objects of more properties become dictionaries whatever one does; these are filled one by one. */
const MAX_FAST = 120;

/** A function that makes objects with these properties and values, all of one hidden class. */
export function cloner(properties: ReadonlyMap<string, unknown>): () => Record<string, unknown> {
  const names = [...properties.keys()];
  if (names.length > MAX_FAST) {
    return () => {
      const fresh: Record<string, unknown> = {};
      for (const [name, value] of properties) fresh[name] = value;
      return fresh;
    };
  }
  // Properties added under computed names make a dictionary after the twelfth; what JSON.parse made stays an object
  // with a hidden class, whose values can then be set.
  const template = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join(",")}}`);
  for (const [name, value] of properties) template[name] = value;
  const clone = CLONES[next++ % CLONES.length]!;
  return () => clone(template);
}
