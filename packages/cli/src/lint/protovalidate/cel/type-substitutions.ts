import { type CelType, DYN, isSameType } from "./cel-type.js";

/** What types the parameters stand for, by name; it grows while an expression is checked. */
export class TypeSubstitutions {
  #known = new Map<string, CelType>();

  /** Whether a value of type `a` can stand where one of type `b` is wanted; if so, parameters are bound by it. */
  assign(a: CelType, b: CelType): boolean {
    return this.assignAll([a], [b]);
  }

  /** {@link assign} for several at once: all or none. */
  assignAll(from: readonly CelType[], to: readonly CelType[]): boolean {
    const before = new Map(this.#known);
    if (this.#assignableAll(from, to)) return true;
    this.#known = before;
    return false;
  }

  /** The type with what its parameters stand for in their place. Those that stand for nothing become `dyn` if wanted. */
  substitute(type: CelType, paramsToDyn: boolean): CelType {
    const known = type.kind === "param" ? this.#known.get(type.name) : undefined;
    if (known !== undefined) return this.substitute(known, paramsToDyn);
    if (type.kind === "param") return paramsToDyn ? DYN : type;
    if (type.params.length === 0) return type;
    return { ...type, params: type.params.map((each) => this.substitute(each, paramsToDyn)) };
  }

  #assignableAll(from: readonly CelType[], to: readonly CelType[]): boolean {
    return from.length === to.length && from.every((each, i) => this.#assignable(each, to[i]!));
  }

  #assignable(a: CelType, b: CelType): boolean {
    if (b.kind === "param") {
      const bound = this.#bind(b, a);
      if (bound !== "unbound") return bound === "yes";
    }
    if (a.kind === "param") return this.#bind(a, b) === "yes";
    if (isDynamic(a) || isDynamic(b)) return true;
    if (a.kind === "null") return isNullable(b);
    if (b.kind === "null") return isNullable(a);
    if (a.kind !== b.kind) return false;
    if (a.kind === "list" || a.kind === "map") return this.#assignableAll(a.params, b.params);
    return a.kind !== "object" || a.name === b.name;
  }

  /** Has a parameter stand for a type, or a more general one than before: `unbound` if it cannot and stood for nothing. */
  #bind(param: CelType, type: CelType): "yes" | "no" | "unbound" {
    if (isSameType(param, type)) return "yes";
    const known = this.#known.get(param.name);
    if (known === undefined) {
      if (this.#occursIn(param, type)) return "unbound";
      this.#known.set(param.name, type);
      return "yes";
    }
    if (isSameType(type, known)) return "yes";
    if (!this.#assignable(type, known)) return "no";
    const general = mostGeneral(type, known);
    if (!this.#occursIn(param, general)) this.#known.set(param.name, general);
    return "yes";
  }

  #occursIn(param: CelType, type: CelType): boolean {
    if (isSameType(param, type)) return true;
    if (type.kind === "param") {
      const known = this.#known.get(type.name);
      return known !== undefined && this.#occursIn(param, known);
    }
    return type.params.some((each) => this.#occursIn(param, each));
  }
}

/** Whether nothing is known of values of the type before the expression runs, or an error has been reported. */
export function isDynamic(type: CelType): boolean {
  return type.kind === "dyn" || type.kind === "any" || type.kind === "error";
}

/** Of two types that fit each other, the one that says less. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isLessSpecific(a, b) ? a : b;
}

function isLessSpecific(a: CelType, b: CelType): boolean {
  const says = (type: CelType): boolean => type.kind !== "dyn" && type.kind !== "any" && type.kind !== "param";
  if (!says(a)) return true;
  if (!says(b) || a.kind !== b.kind) return false;
  if (a.kind === "list" || a.kind === "map") return a.params.every((each, i) => isLessSpecific(each, b.params[i]!));
  return a.kind === "type" || isSameType(a, b);
}

function isNullable({ kind, isWrapper }: CelType): boolean {
  return isWrapper === true || kind === "object" || kind === "duration" || kind === "timestamp" || kind === "null";
}
