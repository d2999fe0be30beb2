/** One part of a path: a name, `*` for any one segment, `**` for all that follow. */
export type Segment = { readonly literal: string } | "*" | "**";

/** A field of the request that is taken from the path. */
export interface Variable {
  /** The names on the way to the field, as `["book", "name"]`. */
  readonly fieldPath: readonly string[];
  /** The segments that it takes: `[start, end)`, to the last one if `end` is undefined. */
  readonly start: number;
  readonly end: number | undefined;
  /** Whether it is a single `*`: then a slash in the value is escaped in the path, and unescaped here. */
  readonly single: boolean;
}

/** The path of an HttpRule (google/api/http.proto, "Path template syntax"). */
export interface PathTemplate {
  readonly segments: readonly Segment[];
  readonly variables: readonly Variable[];
  /** What stands behind the last colon, as in `/v1/jobs/*:cancel`; empty if there is none. */
  readonly verb: string;
}

/**
 * Reads a template:
 *
 *     Template = "/" Segments [ Verb ] ;
 *     Segments = Segment { "/" Segment } ;
 *     Segment  = "*" | "**" | LITERAL | Variable ;
 *     Variable = "{" FieldPath [ "=" Segments ] "}" ;
 *     FieldPath = IDENT { "." IDENT } ;
 *     Verb     = ":" LITERAL ;
 *
 * @throws SyntaxError that says where and why
 */
export function parsePathTemplate(text: string): PathTemplate {
  return new TemplateParser(text).parse();
}

class TemplateParser {
  readonly #text: string;
  #at = 0;
  readonly #segments: Segment[] = [];
  readonly #variables: Variable[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): PathTemplate {
    this.#expect("/");
    this.#parseSegments(true);
    let verb = "";
    if (this.#peek() === ":") {
      this.#at++;
      verb = this.#literal();
    }
    if (this.#at < this.#text.length) this.#fail(`unexpected "${this.#peek()}"`);
    const rest = this.#segments.indexOf("**");
    if (rest >= 0 && rest < this.#segments.length - 1) this.#fail('"**" must be the last segment');
    return { segments: this.#segments, variables: this.#variables, verb };
  }

  #parseSegments(mayHaveVariables: boolean): void {
    for (;;) {
      if (this.#text.startsWith("**", this.#at)) {
        this.#at += 2;
        this.#segments.push("**");
      } else if (this.#peek() === "*") {
        this.#at++;
        this.#segments.push("*");
      } else if (this.#peek() === "{" && mayHaveVariables) {
        this.#parseVariable();
      } else {
        this.#segments.push({ literal: this.#literal() });
      }
      if (this.#peek() !== "/") return;
      this.#at++;
    }
  }

  #parseVariable(): void {
    this.#at++;
    const fieldPath = [this.#identifier()];
    while (this.#peek() === ".") {
      this.#at++;
      fieldPath.push(this.#identifier());
    }
    const start = this.#segments.length;
    if (this.#peek() === "=") {
      this.#at++;
      this.#parseSegments(false);
    } else {
      this.#segments.push("*");
    }
    this.#expect("}");
    const own = this.#segments.slice(start);
    const name = fieldPath.join(".");
    if (this.#variables.some((other) => other.fieldPath.join(".") === name)) this.#fail(`"${name}" is bound twice`);
    const single = own.length === 1 && own[0] === "*";
    const end = own.at(-1) === "**" ? undefined : this.#segments.length;
    this.#variables.push({ fieldPath, start, end, single });
  }

  #literal(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !"/{}*:".includes(this.#text[this.#at])) this.#at++;
    if (this.#at === start) this.#fail("a segment is missing");
    return this.#text.slice(start, this.#at);
  }

  #identifier(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && /[A-Za-z0-9_]/.test(this.#text[this.#at])) this.#at++;
    if (this.#at === start) this.#fail("the name of a field is missing");
    return this.#text.slice(start, this.#at);
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #expect(character: string): void {
    if (this.#peek() !== character) this.#fail(`"${character}" is missing`);
    this.#at++;
  }

  #fail(why: string): never {
    throw new SyntaxError(`the path template "${this.#text}" can't be read at offset ${this.#at}: ${why}`);
  }
}
