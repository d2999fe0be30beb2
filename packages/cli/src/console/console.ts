import type { ServerPart } from "hawser";
import { type Authorize, consoleService } from "./console-service.js";
import { embeddedSchema } from "./embedded-schema.js";
import { Console } from "./gen/hawser/console/v1/console.pb.js";

/** What {@link console} takes. */
export interface ConsoleOptions {
  /**
   * Whether there is a console. Default: unless the environment variable NODE_ENV is `production`. Where it is, a console
   * needs {@link ConsoleOptions.authorize}.
   */
  readonly enabled?: boolean;
  /** Who may see page and schema. Default: who reaches the server. The services themselves are not its concern. */
  readonly authorize?: Authorize;
  /**
   * A `google.protobuf.FileDescriptorSet` with comments, as `hawser build` writes it: generated code carries those of some
   * files only.
   */
  readonly descriptorSet?: Uint8Array;
}

/**
 * The web console as a part of a server: `server.add(console())` has it at `/console`, where the server's services can be seen
 * and called from a browser.
 *
 * @throws TypeError if it is enabled in production without `authorize`
 */
export function console({ enabled, authorize, descriptorSet }: ConsoleOptions = {}): ServerPart {
  const production = process.env.NODE_ENV === "production";
  if (production && enabled === true && authorize === undefined) {
    throw new TypeError(
      "a console in production needs the option `authorize`: who reaches the server could see and call all of it",
    );
  }
  return {
    addTo(server) {
      if (!(enabled ?? !production)) return;
      server.add(
        Console,
        consoleService(authorize, () => embeddedSchema(server.services, descriptorSet)),
      );
    },
  };
}
