import type { SchemaEnum, SchemaField, SchemaFile, SchemaMessage, SchemaService } from "../schema/element.js";
import { type BreakingRule, FILE_ONLY, FILE_PACKAGE, type Place, whole, withCategories } from "./breaking-rule.js";
import type { PackageIndex } from "./schema-index.js";

type Kind = "messages" | "enums" | "extensions" | "services";
type Declared = SchemaMessage | SchemaEnum | SchemaField | SchemaService;

/** What must not go away: from its file, or in the wider category from its package. */
export const DELETE_RULES: readonly BreakingRule[] = [
  noDelete("ENUM_NO_DELETE", ["CSR", "FILE"], "enum", (file) => file.allEnums()),
  {
    ...noDelete("EXTENSION_NO_DELETE", FILE_ONLY, "extension", (file) => file.allExtensions()),
    v1: "unknown",
  },
  noDelete("MESSAGE_NO_DELETE", ["CSR", "FILE"], "message", (file) => file.allMessages()),
  noDelete("SERVICE_NO_DELETE", FILE_ONLY, "service", (file) => file.services),
  packageNoDelete("PACKAGE_ENUM_NO_DELETE", "enum", "enums"),
  { ...packageNoDelete("PACKAGE_EXTENSION_NO_DELETE", "extension", "extensions"), v1: "unknown" },
  packageNoDelete("PACKAGE_MESSAGE_NO_DELETE", "message", "messages"),
  packageNoDelete("PACKAGE_SERVICE_NO_DELETE", "service", "services"),
  {
    id: "PACKAGE_NO_DELETE",
    ...withCategories(["PACKAGE"], false),
    purpose: "Checks that packages are not deleted.",
    schema({ now, before, report }) {
      for (const [name, { files }] of before.packages) {
        if (now.packages.has(name)) continue;
        const [file] = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
        report(undefined, { file: file!, location: undefined }, `Previously present package "${name}" was deleted.`);
      }
    },
  },
  {
    id: "RPC_NO_DELETE",
    ...withCategories(FILE_PACKAGE, true),
    purpose: "Checks that rpcs are not deleted from a given service.",
    service(now, before, { report }) {
      const names = new Set(now.methods.map((method) => method.name));
      for (const method of before.methods) {
        if (names.has(method.name)) continue;
        report(
          whole(now),
          whole(method),
          `Previously present RPC "${method.name}" on service "${now.name}" was deleted.`,
        );
      }
    },
  },
  {
    id: "ONEOF_NO_DELETE",
    ...withCategories(["CSR", "FILE", "PACKAGE"], true),
    purpose: "Checks that oneofs are not deleted from a given message.",
    message(now, before, { report }) {
      const names = new Set(now.oneofs.map((oneof) => oneof.name));
      for (const oneof of before.oneofs) {
        // That of an optional field is no oneof anybody wrote; whether the field is optional is its cardinality.
        if (names.has(oneof.name) || oneof.isSynthetic) continue;
        report(
          whole(now),
          whole(oneof),
          `Previously present oneof "${oneof.name}" on message "${now.name}" was deleted.`,
        );
      }
    },
  },
];

function noDelete(
  id: string,
  categories: readonly string[],
  what: string,
  all: (file: SchemaFile) => Iterable<Declared>,
): BreakingRule {
  return {
    id,
    ...withCategories(categories, true),
    purpose: `Checks that ${what}s are not deleted from a given file.`,
    file(now, before, { report }) {
      const names = new Set([...all(now)].map((each) => each.nestedName));
      for (const each of all(before)) {
        if (names.has(each.nestedName)) continue;
        report(
          whatIsLeft(now, each.nestedName),
          whole(each),
          `Previously present ${what} "${each.nestedName}" was deleted from file.`,
        );
      }
    },
  };
}

function packageNoDelete(id: string, what: string, kind: Kind): BreakingRule {
  return {
    id,
    ...withCategories(["PACKAGE"], false),
    purpose: `Checks that ${what}s are not deleted from a given package.`,
    schema({ now, before, report }) {
      for (const [name, { [kind]: declared }] of before.packages) {
        const packageNow = now.packages.get(name);
        // A package that has none any more counts as one that is gone, except for services; so it does for buf.
        if (packageNow === undefined || (kind !== "services" && packageNow[kind].size === 0)) continue;
        for (const [nestedName, each] of declared) {
          if (packageNow[kind].has(nestedName)) continue;
          const file = now.files.get(each.file.name);
          report(
            file === undefined ? undefined : whatIsLeft(file, nestedName, kind === "messages" ? packageNow : undefined),
            whole(each),
            `Previously present ${what} "${nestedName}" was deleted from package "${name}".`,
          );
        }
      }
    },
  };
}

/** The innermost message that is still there of those that it stood in, else the file. */
function whatIsLeft(file: SchemaFile, nestedName: string, inPackage?: PackageIndex): Place {
  const parts = nestedName.split(".");
  if (parts.length > 1) {
    const messages =
      inPackage?.messages ?? new Map([...file.allMessages()].map((message) => [message.nestedName, message]));
    for (let length = parts.length - 1; length > 0; length--) {
      const message = messages.get(parts.slice(0, length).join("."));
      if (message !== undefined) return whole(message);
    }
  }
  return { file, location: undefined };
}
