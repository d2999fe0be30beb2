import type { Metadata, RpcError } from "hawser";
import type { MessagePattern } from "./message-pattern.js";
import type { Plain } from "./script-node.js";

/** A span of time, of which one is drawn; both ends in ms. */
export type Span = readonly [lowMs: number, highMs: number];

/** A reply as the script has it. */
export interface ScriptReply {
  /** Where it is, for errors. */
  readonly place: string;
  /** With `{{…}}` in it, or as it is sent. */
  readonly json: Plain;
  /** Whether there is a `{{…}}` in it. */
  readonly isTemplate: boolean;
}

/** What metadata must have: a key with a value, a value that matches, or the key at all or not. */
export interface MetadataPattern {
  readonly key: string;
  matches(values: readonly string[]): boolean;
}

/** One rule of a script: which calls it is for, and what they are answered. */
export interface ScriptRule {
  /** `mock.yaml:12`. */
  readonly place: string;
  /** By path (`/notes.v1.Notes/Get`) what the request must have; `undefined` for whatever request. */
  readonly methods: ReadonlyMap<string, MessagePattern | undefined>;
  readonly metadata: readonly MetadataPattern[];
  /** The share of calls that it takes, 0 to 1. */
  readonly chance: number;
  /** How many calls it takes; then those behind it have their turn. */
  readonly times: number;
  readonly delay: Span | undefined;
  readonly interval: Span | undefined;
  readonly header: Metadata;
  readonly trailer: Metadata;
  /** `undefined`: they are generated, or there are none if there is an error. */
  readonly replies: readonly ScriptReply[] | undefined;
  /** For each request one. */
  readonly each: ScriptReply | undefined;
  /** How often all replies are sent. */
  readonly repeat: number;
  /** Whether fields that a reply does not have are generated. */
  readonly fill: boolean;
  /** What the call ends with. */
  readonly error: (() => RpcError) | undefined;
}
