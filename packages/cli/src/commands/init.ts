import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CliError, reasonOf } from "../cli-error.js";
import type { CommandSpec } from "../command.js";
import { projectFiles } from "../init/project-files.js";
import { displayPath } from "../input/display-path.js";
import { packageVersion } from "../package-version.js";
import { printJson } from "../report-error.js";

interface Flags {
  readonly name?: string;
  readonly json?: true;
}

/** `hawser init`: a new project. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[dir]", "where it goes", ".")
      .option("--name <name>", "the name in package.json; default: that of the directory")
      .option("--json", "print the result as JSON, on one line");
  },
  run: ([dir], flags) => init(dir as string, flags),
  exitCodes: [{ code: 1, meaning: "a file is in the way, or the directory cannot be written: nothing was" }],
  examples: [
    { line: "hawser init greeter && cd greeter && npm install && npm start", does: "a server that runs" },
    {
      line: "hawser init greeter",
      does: "a service, a server and a client in greeter/",
      shown: {
        files: {},
        prints: `greeter/package.json
greeter/tsconfig.json
greeter/.gitignore
greeter/proto/greeter/v1/greeter.proto
greeter/src/service.ts
greeter/src/server.ts
greeter/src/client.ts

Next: cd greeter, npm install, npm start; then in another terminal npm run client
`,
      },
    },
  ],
};

function init(dir: string, { name, json }: Flags): number {
  const folder = resolve(dir);
  const files = projectFiles(packageName(name ?? basename(folder), name !== undefined), packageVersion());
  const paths = Object.keys(files).map((each) => join(folder, each));
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined) {
    throw new CliError(`${displayPath(taken)} is there already`, "choose a directory that has none: hawser init DIR");
  }
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  const written = paths.map(displayPath);
  if (json) {
    printJson({ ok: true, written });
    return 0;
  }
  const shown = displayPath(folder);
  const enter = shown === "." ? "" : `cd ${shown}, `;
  process.stdout.write(
    `${written.join("\n")}\n\nNext: ${enter}npm install, npm start; then in another terminal npm run client\n`,
  );
  return 0;
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "EEXIST" ? "a file is in the way" : reasonOf(error);
    throw new CliError(`cannot write ${displayPath(path)}: ${reason}`, "check the directory and its permissions");
  }
}

/** A name that npm takes (docs.npmjs.com, "package.json": name). */
function packageName(name: string, isGiven: boolean): string {
  const plain = isGiven
    ? name
    : name
        .toLowerCase()
        .replaceAll(/[^a-z0-9._-]+/g, "-")
        .replace(/^[._-]+/, "") || "greeter";
  if (plain.length > 214 || !/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(plain)) {
    throw new CliError(`npm takes no package of the name ${JSON.stringify(name)}`, "use small letters, digits and -");
  }
  return plain;
}
