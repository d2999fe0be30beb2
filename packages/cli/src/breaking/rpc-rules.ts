import type { SchemaMethod } from "../schema/element.js";
import { at, type BreakingRule, firstOf, WIRE_UP, whole, withCategories } from "./breaking-rule.js";

/** `google.protobuf.MethodOptions.IdempotencyLevel` */
const IDEMPOTENCY: readonly string[] = ["IDEMPOTENCY_UNKNOWN", "NO_SIDE_EFFECTS", "IDEMPOTENT"];

/** What of a method must not change. */
export const RPC_RULES: readonly BreakingRule[] = [
  sameStreaming("client", "clientStreaming"),
  sameStreaming("server", "serverStreaming"),
  sameType("request", "inputType", "inputTypeLocation"),
  sameType("response", "outputType", "outputTypeLocation"),
  {
    id: "RPC_SAME_IDEMPOTENCY_LEVEL",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that rpcs have the same value for the idempotency_level option.",
    method(now, before, { report }) {
      const [level, levelBefore] = [idempotency(now), idempotency(before)];
      if (level === levelBefore) return;
      const location = before.locate(4, 34);
      report(
        at(now, now.locate(4, 34)),
        firstOf(before, location, before.location),
        `${describe(now)} changed option "idempotency_level" from "${levelBefore}" to "${level}".`,
      );
    },
  },
];

function sameStreaming(side: "client" | "server", key: "clientStreaming" | "serverStreaming"): BreakingRule {
  return {
    id: `RPC_SAME_${side.toUpperCase()}_STREAMING`,
    ...withCategories(WIRE_UP, true),
    purpose: `Checks that rpcs have the same ${side} streaming value.`,
    method(now, before, { report }) {
      const [streams, streamed] = [now.proto[key] === true, before.proto[key] === true];
      if (streams === streamed) return;
      const [from, to] = streamed ? ["streaming", "unary"] : ["unary", "streaming"];
      report(whole(now), whole(before), `${describe(now)} changed from ${side} ${from} to ${side} ${to}.`);
    },
  };
}

function sameType(
  what: "request" | "response",
  key: "inputType" | "outputType",
  location: "inputTypeLocation" | "outputTypeLocation",
): BreakingRule {
  return {
    id: `RPC_SAME_${what.toUpperCase()}_TYPE`,
    ...withCategories(WIRE_UP, true),
    purpose: `Checks that rpcs have the same ${what} type.`,
    method(now, before, { report }) {
      if (now[key] === before[key]) return;
      report(
        at(now, now[location]),
        at(before, before[location]),
        `${describe(now)} changed ${what} type from "${before[key]}" to "${now[key]}".`,
      );
    },
  };
}

function describe({ name, service }: SchemaMethod): string {
  return `RPC "${name}" on service "${service.name}"`;
}

function idempotency({ proto }: SchemaMethod): string {
  const level = proto.options?.idempotencyLevel ?? 0;
  return IDEMPOTENCY[level] ?? String(level);
}
