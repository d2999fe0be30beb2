import type { ServerPart } from "hawser";
import { decode } from "hawser/protobuf";
import { type FileDescriptorProto, FileDescriptorSet } from "hawser/wkt";
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
 * @throws TypeError if it is enabled in production without `authorize`, or `descriptorSet` is none
 */
export function console({ enabled, authorize, descriptorSet }: ConsoleOptions = {}): ServerPart {
  const production = process.env.NODE_ENV === "production";
  if (production && enabled === true && authorize === undefined) {
    throw new TypeError(
      "a console in production needs the option `authorize`: who reaches the server could see and call all of it",
    );
  }
  const described = descriptorSet === undefined ? [] : filesOf(descriptorSet);
  return {
    addTo(server) {
      if (!(enabled ?? !production)) return;
      server.add(
        Console,
        consoleService(authorize, () => embeddedSchema(server.services, described)),
      );
    },
  };
}

function filesOf(descriptorSet: Uint8Array): readonly FileDescriptorProto[] {
  try {
    const { file } = decode(FileDescriptorSet, descriptorSet);
    if (file.length > 0 && file.every(({ name }) => name !== undefined && name !== "")) return file;
  } catch (error) {
    throw new TypeError(NO_DESCRIPTOR_SET, { cause: error });
  }
  throw new TypeError(NO_DESCRIPTOR_SET);
}

const NO_DESCRIPTOR_SET =
  "the console's option `descriptorSet` is no FileDescriptorSet: make one with hawser build, or protoc --descriptor_set_out";
