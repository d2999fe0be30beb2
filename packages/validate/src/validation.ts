import type { Interceptor } from "hawser";
import { encode, type FileType, type MethodType } from "hawser/protobuf";
import { MessageValidator } from "./message-validator.js";
import { invalidArgument } from "./violations.js";

/** What {@link validation} checks with beside the files of the services. */
export interface ValidationOptions {
  /** Further files: those that declare predefined rules, or the types that an `Any` may hold. */
  readonly files?: readonly FileType[];
}

/**
 * An interceptor that checks requests against the `buf.validate` rules of their schema, standard rules and CEL, before
 * the handler sees them; on a client, before they are sent. One that breaks a rule ends the call with
 * INVALID_ARGUMENT, whose `google.rpc.BadRequest` has, for each violation, the path of the field, the id of the rule (`reason`)
 * and a text. Each message of a stream is checked as it comes. Methods whose requests have no rules cost nothing.
 *
 * ```ts
 * const server = createServer({ interceptors: [validation()] });
 * ```
 *
 * Rules that can't be compiled are a fault of the schema: on a server the call ends with UNKNOWN and `onError` hears
 * why. Services that were made by hand have no schema and are let through.
 */
export function validation(options: ValidationOptions = {}): Interceptor {
  const validators = new Map<FileType, MessageValidator>();
  const checks = new Map<MethodType, (message: object) => void>();
  const checkOf = (method: MethodType): ((message: object) => void) => {
    let check = checks.get(method);
    if (check === undefined) checks.set(method, (check = makeCheck(method)));
    return check;
  };
  const makeCheck = (method: MethodType): ((message: object) => void) => {
    const { file, input } = method;
    if (file === undefined) return pass;
    let validator = validators.get(file);
    if (validator === undefined) {
      validators.set(file, (validator = new MessageValidator(descriptorsOf([file, ...(options.files ?? [])]))));
    }
    const known = validator;
    if (!known.hasRules(input.typeName)) return pass;
    return (message) => {
      const violations = known.check(input.typeName, encode(input, message));
      if (violations.length > 0) throw invalidArgument(violations);
    };
  };
  return (call, next, request) => {
    const check = checkOf(call.method);
    if (check === pass) return next();
    const { kind } = call.method;
    if (kind === "client_streaming" || kind === "bidi_streaming") return next(checked(request, check));
    check(request);
    return next();
  };
}

async function* checked(requests: AsyncIterable<object>, check: (message: object) => void): AsyncGenerator<object> {
  for await (const request of requests) {
    check(request);
    yield request;
  }
}

/** Files and all that they import, each once. */
function descriptorsOf(files: readonly FileType[]): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const queue = [...files];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file.name)) continue;
    found.set(file.name, file.descriptor);
    queue.push(...file.imports);
  }
  return [...found.values()];
}

function pass(): void {}
