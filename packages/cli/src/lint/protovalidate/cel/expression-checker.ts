import type { parse } from "@bufbuild/cel";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  ERROR,
  formatArguments,
  formatType,
  INT,
  isSameType,
  listOf,
  mapOf,
  NULL,
  STRING,
  typeParam,
  UINT,
} from "./cel-type.js";
import { type Overload, overloadsOf } from "./functions.js";
import { isDynamic, mostGeneral, TypeSubstitutions } from "./type-substitutions.js";

type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;
type Kind<Case extends Expr["exprKind"]["case"]> = Extract<Expr["exprKind"], { case: Case }>["value"];

/** What an expression can speak of. */
export interface ExpressionScope {
  /** The type of a variable, of the value of an enum, or of the name of a type; `undefined` if there is none. */
  ident(name: string): CelType | undefined;
  /** The type of a field of a message, `undefined` if it has none of that name, `null` if there is no such message. */
  field(message: string, name: string): CelType | undefined | null;
}

/** What is written as a call, and is none: the number of arguments. The first of those with two or more is a name. */
const MACROS: ReadonlyMap<string, readonly number[]> = new Map([
  ["all", [2]],
  ["exists", [2]],
  ["exists_one", [2]],
  ["existsOne", [2]],
  ["filter", [2]],
  ["map", [2, 3]],
]);

/** Finds the types of an expression and its parts (cel-spec, "Gradual Type Checking"). Made for one expression. */
export class ExpressionChecker {
  readonly errors: string[] = [];
  readonly #scope: ExpressionScope;
  readonly #types = new TypeSubstitutions();
  /** The variables of comprehensions, the innermost last. */
  readonly #locals: (readonly [name: string, type: CelType])[] = [];
  #params = 0;

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  run(expr: Expr): CelType {
    return this.#types.substitute(this.#check(expr), true);
  }

  #check(expr: Expr | undefined): CelType {
    switch (expr?.exprKind.case) {
      case "constExpr":
        return this.#literal(expr.exprKind.value);
      case "identExpr":
        return this.#ident(expr.exprKind.value.name) ?? this.#undeclared(expr.exprKind.value.name);
      case "selectExpr":
        return this.#select(expr);
      case "callExpr":
        return this.#call(expr.exprKind.value);
      case "listExpr":
        return this.#list(expr.exprKind.value);
      case "structExpr":
        return expr.exprKind.value.messageName === ""
          ? this.#map(expr.exprKind.value)
          : this.#message(expr.exprKind.value);
      case "comprehensionExpr":
        return this.#comprehension(expr.exprKind.value);
      default:
        return ERROR;
    }
  }

  #literal({ constantKind }: Kind<"constExpr">): CelType {
    switch (constantKind.case) {
      case "boolValue":
        return BOOL;
      case "bytesValue":
        return BYTES;
      case "doubleValue":
        return DOUBLE;
      case "int64Value":
        return INT;
      case "uint64Value":
        return UINT;
      case "stringValue":
        return STRING;
      default:
        return NULL;
    }
  }

  #ident(name: string): CelType | undefined {
    return this.#local(name) ?? this.#scope.ident(name.replace(/^\./, ""));
  }

  #local(name: string): CelType | undefined {
    return this.#locals.findLast(([each]) => each === name)?.[1];
  }

  #undeclared(name: string): CelType {
    return this.#error(`undeclared reference to '${name}' (in container '')`);
  }

  #error(message: string): CelType {
    this.errors.push(message);
    return ERROR;
  }

  #select(expr: Expr): CelType {
    const name = qualifiedName(expr);
    if (name !== undefined && this.#local(name.slice(0, name.indexOf("."))) === undefined) {
      const known = this.#ident(name);
      if (known !== undefined) return known;
    }
    const { operand, field, testOnly } = expr.exprKind.value as Kind<"selectExpr">;
    const type = this.#field(this.#types.substitute(this.#check(operand), false), field);
    return testOnly ? BOOL : this.#types.substitute(type, false);
  }

  #field(type: CelType, name: string): CelType {
    if (type.kind === "map" && !type.isWrapper) return type.params[1]!;
    if (type.kind === "object") return this.#messageField(type.name, name);
    if (type.kind === "param") this.#types.assign(DYN, type);
    else if (!isDynamic(type)) this.#error(`type '${formatType(type)}' does not support field selection`);
    return DYN;
  }

  #messageField(message: string, name: string): CelType {
    const field = this.#scope.field(message, name);
    if (field === null) return this.#error(`unexpected failed resolution of '${message}'`);
    return field ?? this.#error(`undefined field '${name}'`);
  }

  #call({ function: name, target, args }: Kind<"callExpr">): CelType {
    if (this.#isBadMacro(name, target !== undefined, args)) return ERROR;
    const argTypes = args.map((each) => this.#check(each));
    if (target === undefined) {
      const overloads = overloadsOf(name.replace(/^\./, ""));
      return overloads === undefined ? this.#undeclared(name) : this.#resolve(name, overloads, argTypes, false);
    }
    const prefix = qualifiedName(target) ?? identName(target);
    const namespaced = prefix === undefined ? undefined : overloadsOf(`${prefix}.${name}`);
    if (namespaced !== undefined) return this.#resolve(`${prefix}.${name}`, namespaced, argTypes, false);
    const targetType = this.#check(target);
    const overloads = overloadsOf(name);
    return overloads === undefined
      ? this.#undeclared(name)
      : this.#resolve(name, overloads, [targetType, ...argTypes], true);
  }

  /** A macro whose arguments are not what it wants stays a call. */
  #isBadMacro(name: string, isMember: boolean, args: readonly Expr[]): boolean {
    if (!isMember && name === "has" && args.length === 1) this.#error("invalid argument to has() macro");
    else if (isMember && MACROS.get(name)?.includes(args.length)) this.#error("argument must be a simple name");
    else return false;
    return true;
  }

  #resolve(name: string, overloads: readonly Overload[], args: readonly CelType[], isMember: boolean): CelType {
    if (name === "_&&_" || name === "_||_") return this.#logical(args);
    let result: CelType | undefined;
    for (const overload of overloads) {
      if (overload.isMember !== isMember) continue;
      const fresh = this.#instance(overload);
      if (!this.#types.assignAll(args, fresh.args)) continue;
      const found = this.#types.substitute(fresh.result, false);
      if (result === undefined) result = found;
      else if (result.kind !== "dyn" && result.kind !== "any" && !isSameType(result, found)) result = DYN;
    }
    if (result !== undefined) return result;
    const types = args.map((each) => this.#types.substitute(each, true));
    return this.#error(`found no matching overload for '${name}' applied to '${formatArguments(types, isMember)}'`);
  }

  #logical(args: readonly CelType[]): CelType {
    const bad = args.filter((each) => !this.#types.assign(each, BOOL));
    for (const each of bad) this.#mismatch(BOOL, each);
    return bad.length > 0 ? ERROR : BOOL;
  }

  #mismatch(expected: CelType, actual: CelType): CelType {
    return this.#error(`expected type '${formatType(expected)}' but found '${formatType(actual)}'`);
  }

  /** An overload whose parameters are of this call alone. */
  #instance(overload: Overload): Pick<Overload, "args" | "result"> {
    const fresh = new Map<string, CelType>();
    const rename = (type: CelType): CelType => {
      if (type.kind !== "param") {
        return type.params.length === 0 ? type : { ...type, params: type.params.map(rename) };
      }
      let param = fresh.get(type.name);
      if (param === undefined) fresh.set(type.name, (param = this.#newParam()));
      return param;
    };
    return { args: overload.args.map(rename), result: rename(overload.result) };
  }

  #newParam(): CelType {
    return typeParam(`_var${this.#params++}`);
  }

  #list({ elements }: Kind<"listExpr">): CelType {
    let type: CelType | undefined;
    for (const each of elements) type = this.#join(type, this.#check(each));
    return listOf(type ?? this.#newParam());
  }

  #map({ entries }: Kind<"structExpr">): CelType {
    let key: CelType | undefined;
    let value: CelType | undefined;
    for (const entry of entries) {
      if (entry.keyKind.case === "mapKey") key = this.#join(key, this.#check(entry.keyKind.value));
      value = this.#join(value, this.#check(entry.value));
    }
    return mapOf(key ?? this.#newParam(), value ?? this.#newParam());
  }

  /** What elements of both types are in common: those of a literal need not be of one type. */
  #join(before: CelType | undefined, type: CelType): CelType {
    if (before === undefined) return type;
    return this.#types.assign(before, type) ? mostGeneral(before, type) : DYN;
  }

  #message({ messageName, entries }: Kind<"structExpr">): CelType {
    const known = this.#scope.ident(messageName.replace(/^\./, ""));
    if (known === undefined) return this.#undeclared(messageName);
    let type = known.kind === "type" ? known.params[0]! : this.#error(`'${formatType(known)}' is not a type`);
    if (known.kind === "type" && type.kind !== "object" && this.#scope.field(messageName, "") === null) {
      type = this.#error(`'${formatType(type)}' is not a message type`);
    }
    for (const entry of entries) {
      if (entry.keyKind.case !== "fieldKey") continue;
      const value = this.#check(entry.value);
      const name = entry.keyKind.value;
      const field = this.#messageField(messageName.replace(/^\./, ""), name);
      if (!this.#types.assign(field, value)) {
        this.#error(
          `expected type of field '${name}' is '${formatType(field)}' but provided type is '${formatType(value)}'`,
        );
      }
    }
    return type;
  }

  #comprehension(comprehension: Kind<"comprehensionExpr">): CelType {
    const { iterRange, iterVar, accuVar, accuInit, loopCondition, loopStep, result } = comprehension;
    const rangeType = this.#check(iterRange);
    const accuType = this.#check(accuInit);
    const elementType = this.#elementOf(this.#types.substitute(rangeType, false));
    const depth = this.#locals.length;
    this.#locals.push([accuVar, accuType], [iterVar, elementType]);
    this.#expect(BOOL, this.#check(loopCondition));
    this.#expect(accuType, this.#check(loopStep));
    this.#locals.length = depth + 1;
    const type = this.#types.substitute(this.#check(result), false);
    this.#locals.length = depth;
    return type;
  }

  #elementOf(range: CelType): CelType {
    if (range.kind === "list" || range.kind === "map") return range.params[0]!;
    if (range.kind === "param" || isDynamic(range)) {
      this.#types.assign(DYN, range);
      return DYN;
    }
    return this.#error(
      `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    );
  }

  #expect(wanted: CelType, type: CelType): void {
    if (!this.#types.assign(wanted, type)) this.#mismatch(wanted, type);
  }
}

function identName(expr: Expr): string | undefined {
  return expr.exprKind.case === "identExpr" ? expr.exprKind.value.name : undefined;
}

/** `a.b.c` as a name; `undefined` for what is no such row of names. */
function qualifiedName(expr: Expr): string | undefined {
  const fields: string[] = [];
  let at: Expr | undefined = expr;
  while (at?.exprKind.case === "selectExpr" && !at.exprKind.value.testOnly) {
    fields.unshift(at.exprKind.value.field);
    at = at.exprKind.value.operand;
  }
  const first = at === undefined ? undefined : identName(at);
  return first === undefined || fields.length === 0 ? undefined : [first, ...fields].join(".");
}
