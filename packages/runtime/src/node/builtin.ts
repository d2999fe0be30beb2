/**
 * Modules of Node that few programs need, loaded when one does: together they are a third of what importing this package
 * would take (docs/performance.md).
 */
export const builtin = {
  get cluster(): typeof import("node:cluster").default {
    return process.getBuiltinModule("node:cluster") as unknown as typeof import("node:cluster").default;
  },
  get crypto(): typeof import("node:crypto") {
    return process.getBuiltinModule("node:crypto");
  },
  get dns(): typeof import("node:dns/promises") {
    return process.getBuiltinModule("node:dns/promises");
  },
  get files(): typeof import("node:fs/promises") {
    return process.getBuiltinModule("node:fs/promises");
  },
  get fs(): typeof import("node:fs") {
    return process.getBuiltinModule("node:fs");
  },
  get http(): typeof import("node:http") {
    return process.getBuiltinModule("node:http");
  },
  get https(): typeof import("node:https") {
    return process.getBuiltinModule("node:https");
  },
  get os(): typeof import("node:os") {
    return process.getBuiltinModule("node:os");
  },
  get streamPromises(): typeof import("node:stream/promises") {
    return process.getBuiltinModule("node:stream/promises");
  },
  get tls(): typeof import("node:tls") {
    return process.getBuiltinModule("node:tls");
  },
  get zlib(): typeof import("node:zlib") {
    return process.getBuiltinModule("node:zlib");
  },
};
