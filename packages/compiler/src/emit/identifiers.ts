/** The identifiers of one module or function, each handed out once. */
export class Identifiers {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** `preferred`, or with as many `$` behind it as it takes: `.proto` names have no `$`, so one is nearly always enough. */
  take(preferred: string): string {
    let name = preferred;
    while (RESERVED.has(name) || this.#taken.has(name)) name += "$";
    this.#taken.add(name);
    return name;
  }

  /** A scope within this one. */
  inner(): Identifiers {
    return new Identifiers(this.#taken);
  }
}

/**
 * What no declaration of generated code may be called: reserved words (ECMA-262, 12.7.2), the names of TypeScript's
 * own types, and the globals that generated code or its reader relies on.
 */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "abstract any arguments as async await bigint boolean break case catch class const constructor continue debugger declare " +
    "default delete do else enum eval export extends false finally for from function get if implements import in infer " +
    "instanceof interface is keyof let module namespace never new null number object of package private protected public " +
    "readonly require return set static string super switch symbol this throw true try type typeof undefined unique unknown " +
    "var void while with yield __proto__ prototype " +
    "Array ArrayBuffer BigInt Boolean Date Error Function Infinity JSON Map Math NaN Number Object Partial Promise Proxy Readonly " +
    "Record Reflect RegExp Set String Symbol Uint8Array WeakMap WeakSet globalThis"
  ).split(" "),
);
