import { fileURLToPath } from "node:url";

/** bench/proto/echo.proto, for the stacks that read it at run time. This module runs from bench/dist/src. */
export const echoProtoPath: string = fileURLToPath(new URL("../../proto/echo.proto", import.meta.url));

/** Largest message the servers and clients take: above the 4 MiB of the bulk workloads, whose frame adds to it. */
export const maxMessageBytes: number = 16 * 1024 * 1024;
