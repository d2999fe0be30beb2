/** The identifiers of one module or function, each handed out once. */
export class Identifiers {
  readonly #outer: Identifiers | undefined;
  readonly #taken: Set<string>;
  /** How many times a name has been wanted that was taken. */
  readonly #repeats = new Map<string, number>();

  constructor(taken: Iterable<string> = [], outer?: Identifiers) {
    this.#taken = new Set(taken);
    this.#outer = outer;
  }

  /**
   * `preferred`, or with `$`, `$2`, `$3` and so on behind it: `.proto` names have no `$`, so one is nearly always enough.
   * The count is kept, because a file can be written in which thousands of types want one name.
   */
  take(preferred: string): string {
    let name = preferred;
    if (RESERVED.has(name) || this.#isTaken(name)) {
      let repeats = this.#repeats.get(preferred) ?? 0;
      do {
        repeats++;
        name = `${preferred}$${repeats === 1 ? "" : repeats}`;
      } while (this.#isTaken(name));
      this.#repeats.set(preferred, repeats);
    }
    this.#taken.add(name);
    return name;
  }

  /** A scope within this one, in which nothing hides a name of this one. */
  inner(): Identifiers {
    return new Identifiers([], this);
  }

  #isTaken(name: string): boolean {
    for (let scope: Identifiers | undefined = this; scope !== undefined; scope = scope.#outer) {
      if (scope.#taken.has(name)) return true;
    }
    return false;
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
