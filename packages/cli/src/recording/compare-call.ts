import { Code, codeName } from "hawser";
import { type AnyMessageType, diff, ProtobufError, type Registry, toJson } from "hawser/protobuf";
import type { RecordedCall } from "./recording.js";
import type { ReplayedCall } from "./replay-calls.js";

/** Where a call came out otherwise than it was recorded. */
export interface CallDifference {
  /** `reply 2: items[3].price`, `status`, `replies`. */
  readonly where: string;
  /** Absent if there was nothing. */
  readonly before: unknown;
  readonly after: unknown;
}

/** So many differences of one call are told. */
const MAX_DIFFERENCES = 100;

/**
 * Compares replies one by one, their number, and the status. Header and trailer are not: they have times and names of machines in
 * them.
 *
 * @param ignored paths of fields that may differ, as `at` or `items.price`, without indexes and keys
 */
export function compareCall(
  recorded: RecordedCall,
  replayed: ReplayedCall,
  ignored: ReadonlySet<string>,
  registry: Registry,
): CallDifference[] {
  const found: CallDifference[] = [];
  const { output } = recorded.method;
  const both = Math.min(recorded.replies.length, replayed.replies.length);
  for (let i = 0; i < both; i++) {
    const [before, after] = [recorded.replies[i]!, replayed.replies[i]!];
    for (const each of diff(output, before, after)) {
      const names = each.path.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
      if (isIgnored(names, ignored)) continue;
      found.push({
        where: `reply ${i + 1}: ${each.path}`,
        before: shown(each.before, each.path, output, before, registry),
        after: shown(each.after, each.path, output, after, registry),
      });
      if (found.length >= MAX_DIFFERENCES) return found;
    }
  }
  if (recorded.replies.length !== replayed.replies.length) {
    found.push({ where: "replies", before: recorded.replies.length, after: replayed.replies.length });
  }
  if (recorded.status !== undefined && replayed.status !== undefined && !recorded.truncated) {
    const [before, after] = [recorded.status, replayed.status].map(({ code, message }) =>
      // What it says of a deadline is the client's, with times in it.
      message === "" || code === Code.DeadlineExceeded ? codeName(code) : `${codeName(code)}: ${message}`,
    );
    if (before !== after && !ignored.has("status")) found.push({ where: "status", before, after });
  }
  return found;
}

function isIgnored(path: string, ignored: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    if (ignored.has(path.slice(0, end))) return true;
  }
  return false;
}

/** The value as JSON has it, found in the JSON of the whole message. */
function shown(value: unknown, path: string, type: AnyMessageType, message: object, registry: Registry): unknown {
  if (value === undefined) return undefined;
  try {
    let json: unknown = toJson(type, message, { registry, protoNames: true, emitDefaults: true });
    for (const [, name, index, key] of path.matchAll(/([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)) {
      const step = name ?? index ?? (JSON.parse(key!) as string);
      json = typeof json === "object" && json !== null && Object.hasOwn(json, step) ? (json as never)[step] : undefined;
    }
    if (json !== undefined) return json;
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "bigint" || typeof value === "object" ? String(value) : value;
}
