import type { MethodType } from "../../protobuf/type/service-type.js";
import { isHttpBody } from "./http-body.js";
import type { PathTemplate, Variable } from "./path-template.js";

/** A rule of a method, or one of its additional bindings, with its path read. */
export interface RestRule {
  /** `GET`, say; `*` for any. */
  readonly httpMethod: string;
  readonly path: string;
  readonly template: PathTemplate;
  /** The field that the body is, `*` for the whole request, empty if there is no body. */
  readonly body: string;
  /** The field of the reply that the response is; empty for the whole reply. */
  readonly responseBody: string;
}

/** One way to call a method over REST. */
export interface RestRoute extends RestRule {
  readonly method: MethodType;
  /** Whether the body may be of any content type: it is a `google.api.HttpBody`. */
  readonly takesBytes: boolean;
  /** Whether the response is a `google.api.HttpBody`, of a content type of its own. */
  readonly givesBytes: boolean;
}

/** What a path and a method of HTTP lead to. */
export interface RestMatch {
  readonly route: RestRoute;
  /** The values of the template's variables, decoded, by their field paths. */
  readonly variables: readonly (readonly [fieldPath: readonly string[], value: string])[];
}

/** The path is known, but not with this method of HTTP. */
export interface MethodMismatch {
  readonly allow: readonly string[];
}

/** Part of the tree of all templates. */
interface Node {
  readonly literals: Map<string, Node>;
  any: Node | undefined;
  rest: Node | undefined;
  /** By verb, then by method of HTTP. */
  readonly routes: Map<string, Map<string, RestRoute>>;
}

/**
 * Finds the route of a path: a tree of segments in which literals come before `*`, and `*` before `**`. Each node is
 * looked at once for a path, so a search is bounded by the number of templates.
 */
export class RestRouter {
  readonly #root: Node = node();
  /** Routes without variables or wildcards, by path, then by method of HTTP: literals come first in the tree as well. */
  readonly #literal = new Map<string, Map<string, RestMatch>>();

  /** @throws TypeError if the path leads to another method already */
  add(method: MethodType, rule: RestRule): void {
    const { template, httpMethod, path } = rule;
    let at = this.#root;
    for (const segment of template.segments) {
      if (segment === "*") at = at.any ??= node();
      else if (segment === "**") at = at.rest ??= node();
      else {
        const next: Node = at.literals.get(segment.literal) ?? node();
        at.literals.set(segment.literal, next);
        at = next;
      }
    }
    let routes = at.routes.get(template.verb);
    if (routes === undefined) at.routes.set(template.verb, (routes = new Map()));
    const other = routes.get(httpMethod);
    if (other !== undefined) {
      throw new TypeError(`${httpMethod} ${path} leads to both ${other.method.path} and ${method.path}`);
    }
    const route = { ...rule, method, takesBytes: takesBytes(method, rule), givesBytes: isHttpBody(method.output) };
    routes.set(httpMethod, route);
    if (template.segments.every((segment) => typeof segment === "object") && !DOT_SEGMENT.test(path)) {
      let byMethod = this.#literal.get(path);
      if (byMethod === undefined) this.#literal.set(path, (byMethod = new Map()));
      byMethod.set(httpMethod, { route, variables: [] });
    }
  }

  /**
   * @param pathname without a query, as it came
   * @throws URIError if an escape in the path is none
   */
  match(httpMethod: string, pathname: string): RestMatch | MethodMismatch | undefined {
    const literal = this.#literal.get(pathname)?.get(httpMethod);
    if (literal !== undefined) return literal;
    if (!pathname.startsWith("/") || DOT_SEGMENT.test(pathname)) return undefined;
    const raw = pathname.slice(1).split("/");
    if (raw.length > MAX_SEGMENTS) return undefined;
    const last = raw[raw.length - 1];
    const colon = last.lastIndexOf(":");
    let mismatch: MethodMismatch | undefined;
    // `/v1/jobs/7:cancel` may be the verb "cancel", or a job called "7:cancel".
    for (const [segments, verb] of [
      ...(colon < 0 ? [] : [[[...raw.slice(0, -1), last.slice(0, colon)], last.slice(colon + 1)] as const]),
      [raw, ""] as const,
    ]) {
      const found = find(this.#root, segments, 0, verb, httpMethod);
      if (found === undefined) continue;
      if ("allow" in found) mismatch ??= found;
      else return { route: found, variables: found.template.variables.map((each) => variableValue(each, segments)) };
    }
    return mismatch;
  }
}

function takesBytes({ input }: MethodType, { body }: RestRule): boolean {
  if (body === "") return false;
  const field = input.fields.find(({ name }) => name === body);
  const type = field === undefined ? input : field.type;
  return typeof type === "object" && "readFrom" in type && isHttpBody(type);
}

function node(): Node {
  return { literals: new Map(), any: undefined, rest: undefined, routes: new Map() };
}

function find(
  at: Node,
  segments: readonly string[],
  depth: number,
  verb: string,
  httpMethod: string,
): RestRoute | MethodMismatch | undefined {
  if (depth === segments.length)
    return routeAt(at, verb, httpMethod) ?? (at.rest && routeAt(at.rest, verb, httpMethod));
  const segment = segments[depth];
  let mismatch: MethodMismatch | undefined;
  const next = at.literals.get(segment) ?? at.literals.get(decodeURIComponent(segment));
  for (const child of [next, segment === "" ? undefined : at.any]) {
    const found = child && find(child, segments, depth + 1, verb, httpMethod);
    if (found === undefined) continue;
    if ("allow" in found) mismatch ??= found;
    else return found;
  }
  return (at.rest && routeAt(at.rest, verb, httpMethod)) ?? mismatch;
}

function routeAt(at: Node, verb: string, httpMethod: string): RestRoute | MethodMismatch | undefined {
  const routes = at.routes.get(verb);
  if (routes === undefined) return undefined;
  return routes.get(httpMethod) ?? routes.get("*") ?? { allow: [...routes.keys()] };
}

function variableValue(
  { fieldPath, start, end, single }: Variable,
  segments: readonly string[],
): [readonly string[], string] {
  const own = segments.slice(start, end);
  if (single) return [fieldPath, decodeURIComponent(own[0])];
  // Several segments: an escaped slash stays escaped, lest it be taken for one that parts segments.
  const decode = (segment: string) =>
    segment.split(/(%2[fF])/).map((part, i) => (i % 2 === 1 ? part : decodeURIComponent(part)));
  return [fieldPath, own.map((segment) => decode(segment).join("")).join("/")];
}

/**
 * "." and "..", also escaped, name no resource (RFC 3986 §3.3, §6.2.2.3): proxies resolve them, so what they let pass
 * would not be what is matched here; and a name with ".." in it must not reach who makes a file's path of it.
 */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/:]|$)/i;

/** 128: no template has more, and a path of slashes alone must not cost much. */
const MAX_SEGMENTS = 128;
