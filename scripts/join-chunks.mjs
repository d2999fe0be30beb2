// esbuild makes a file of each set of modules that the same doors reach: with eleven doors, some thirty files, each of which
// costs a program that starts half a millisecond to find, read and link. Joined by who loads them they are five, and a door
// still loads no more than it did, but for a few declarations that a bundler of a page leaves out again.
import { basename } from "node:path";
import { build } from "esbuild";

/** The files into which chunks are joined, by the doors that reach a chunk. What belongs to none stays a file of its own. */
const GROUPS = [
  { name: "shared-streams", has: (doors) => doors.has("index") && isLazy(doors) },
  { name: "shared-messages", has: (doors) => doors.has("index") && doors.has("gen") },
  { name: "shared-calls", has: (doors) => doors.has("index") && doors.has("web") },
  { name: "shared-types", has: (doors) => doors.has("index") && doors.has("protobuf") },
  { name: "shared-server", has: (doors) => doors.has("index") },
];

/** True if what a page loads when it needs it reaches the chunk: bundlers of pages keep it apart from the rest. */
function isLazy(doors) {
  return [...doors].some((door) => door.startsWith("shared-"));
}

const IMPORTS = /^(?:import(?:[^"]*?from)?"[^"]+";)+/;
const IMPORT = /import(?:\{([^}]*)\}from)?"\.\/([^"]+)";/g;

/**
 * Joins the chunks among `outputFiles`, which esbuild made with `metafile`, and gives texts by file name. No door is joined
 * with anything: what a door exports is what people can import.
 */
export async function joinChunks({ outputFiles, metafile }, options) {
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const reachedBy = doorsOf(metafile);
  const groupOf = new Map();
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    const file = basename(path);
    const group = entryPoint === undefined && GROUPS.find(({ has }) => has(reachedBy.get(file)));
    if (group) groupOf.set(file, group.name);
  }
  const names = chooseNames(texts, groupOf);
  const joined = new Map();
  for (const [file, text] of texts) {
    if (!groupOf.has(file)) joined.set(file, redirected(text, undefined, names, groupOf));
  }
  for (const { name } of GROUPS) {
    const members = [...groupOf].filter(([, group]) => group === name).map(([file]) => file);
    const contents = new Map(members.map((file) => [file, redirected(texts.get(file), name, names, groupOf)]));
    const entry = members.map((file) => exportsOf(file, names)).join("");
    if (entry !== "") joined.set(`${name}.js`, await join(entry, contents, options));
  }
  return joined;
}

/** By file, the doors whose import loads it. */
function doorsOf({ outputs }) {
  const reachedBy = new Map(Object.keys(outputs).map((path) => [basename(path), new Set()]));
  const reach = (path, door) => {
    const doors = reachedBy.get(basename(path));
    if (doors.has(door)) return;
    doors.add(door);
    for (const { path: target, kind, external } of outputs[path].imports) {
      if (kind === "import-statement" && !external) reach(target, door);
    }
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint !== undefined) reach(path, basename(path, ".js"));
  }
  return reachedBy;
}

/** By group, chunk and exported name: what the joined file calls what others import from it. */
function chooseNames(texts, groupOf) {
  const names = new Map();
  const taken = new Set();
  for (const [importer, text] of texts) {
    for (const [, list, file] of importsOf(text).matchAll(IMPORT)) {
      const group = groupOf.get(file);
      if (group === undefined || group === groupOf.get(importer)) continue;
      for (const { name } of bindings(list)) {
        if (names.has(`${file} ${name}`)) continue;
        let alias = name;
        for (let n = 2; taken.has(`${group} ${alias}`); n++) alias = `${name}${n}`;
        taken.add(`${group} ${alias}`);
        names.set(`${file} ${name}`, alias);
      }
    }
  }
  return names;
}

/** `text`, a member of `group`, with imports of chunks that are joined elsewhere replaced by imports of the joined file. */
function redirected(text, group, names, groupOf) {
  const imports = importsOf(text).replace(IMPORT, (whole, list, file) => {
    const target = groupOf.get(file);
    if (target === undefined || target === group) return whole;
    const wanted = bindings(list).map(({ name, local }) => {
      const alias = names.get(`${file} ${name}`);
      return alias === local ? alias : `${alias} as ${local}`;
    });
    // Nothing in these files does anything by being loaded ("sideEffects" in package.json).
    return wanted.length === 0 ? "" : `import{${wanted.join(",")}}from"./${target}.js";`;
  });
  return imports + text.slice(importsOf(text).length);
}

function exportsOf(file, names) {
  const prefix = `${file} `;
  const list = [...names]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, alias]) => `${key.slice(prefix.length)} as ${alias}`);
  return list.length === 0 ? "" : `export{${list.join(",")}}from"./${file}";`;
}

function importsOf(text) {
  return IMPORTS.exec(text)?.[0] ?? "";
}

function bindings(list) {
  if (!list) return [];
  return list.split(",").map((each) => {
    const [name, local = name] = each.trim().split(" as ");
    return { name, local };
  });
}

async function join(entry, contents, options) {
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: entry, resolveDir: "." },
    bundle: true,
    write: false,
    plugins: [
      {
        name: "chunks",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\// }, ({ path }) => {
            const file = path.slice(2);
            return contents.has(file)
              ? { path: file, namespace: "chunk", sideEffects: false }
              : { path, external: true };
          });
          onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({ contents: contents.get(path), loader: "js" }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}
