import type { MethodKind } from "hawser/protobuf";
import type { ReactElement } from "react";

/** What each kind is called, and the arrows of its picture: out, and back. */
const KINDS: Readonly<Record<MethodKind, readonly [name: string, out: boolean, back: boolean]>> = {
  unary: ["unary", false, false],
  client_streaming: ["client streaming", true, false],
  server_streaming: ["server streaming", false, true],
  bidi_streaming: ["bidirectional streaming", true, true],
};

/** The name of a kind, as `server streaming`. */
export function kindName(kind: MethodKind): string {
  return KINDS[kind][0];
}

/** Two arrows, out and back: one with a single head is a message, one with two a stream. */
export function KindBadge({ kind }: { readonly kind: MethodKind }): ReactElement {
  const [name, out, back] = KINDS[kind];
  return (
    <svg className={`kind-badge ${kind}`} viewBox="0 0 20 16" role="img" aria-label={name}>
      <title>{name}</title>
      <path d={`M2 5h15M14 2l3 3-3 3${out ? "M9.500 2l3 3-3 3" : ""}`} />
      <path d={`M18 11.500H3M6 8.500l-3 3 3 3${back ? "M10.500 8.500l-3 3 3 3" : ""}`} />
    </svg>
  );
}
