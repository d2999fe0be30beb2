import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BUNDLED_FILES } from "@hawser/compiler";

/** The google/protobuf files as files that an editor can open: written when first asked for, gone when the process ends. */
export class BundledDirectory {
  #path: string | undefined;

  /** The path of a bundled file. */
  pathOf(name: string): string {
    const path = join(this.#directory(), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, BUNDLED_FILES.get(name)!, { mode: 0o444, flag: "w" });
    return path;
  }

  /** The name of the bundled file at a path. */
  nameOf(path: string): string | undefined {
    if (this.#path === undefined || !path.startsWith(this.#path)) return undefined;
    const name = path.slice(this.#path.length + 1).replaceAll("\\", "/");
    return BUNDLED_FILES.has(name) ? name : undefined;
  }

  #directory(): string {
    if (this.#path === undefined) {
      const path = mkdtempSync(join(tmpdir(), "hawser-protos-"));
      process.once("exit", () => rmSync(path, { recursive: true, force: true }));
      this.#path = path;
    }
    return this.#path;
  }
}
