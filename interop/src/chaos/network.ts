import type { ChildProcess } from "node:child_process";

/** What can happen to the way between the run's client and a server. */
export type NetworkDisaster =
  /** The connections break; new ones can be made. */
  | "cut"
  /** Nothing gets through either way, and nobody is told: no FIN, no RST. */
  | "vanish"
  /** Requests get through, and what the server says does not. */
  | "mute";

/** The network of a run: five servers, and the ways to them. */
export interface Network {
  /** For the run's first line. */
  readonly description: string;
  /** Where the run's client reaches each server, as `host:port`. */
  readonly addresses: readonly string[];
  /** What can happen to the way to this server. */
  disasters(index: number): readonly NetworkDisaster[];
  /** Starts the program of a server where the server is; it is told the address to listen on in front of `args`. */
  startServer(index: number, path: string, args: readonly string[]): ChildProcess;
  begin(index: number, disaster: NetworkDisaster): void;
  /** Puts things right again; nothing is to be done after a cut. */
  end(index: number, disaster: NetworkDisaster): void;
  close(): Promise<void>;
}
