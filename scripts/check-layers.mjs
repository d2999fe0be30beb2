// The layering of DESIGN §2 as an allow-list: who may import whom. Also finds circles of imports between files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** For each layer of the runtime the layers it may import; each may import itself. */
const RUNTIME = {
  base: [],
  protobuf: ["base"],
  http2: ["base"],
  websocket: ["base"],
  rpc: ["base", "protobuf"],
  protocol: ["base", "protobuf", "websocket", "rpc"],
  client: ["base", "protobuf", "rpc", "protocol"],
  server: ["base", "protobuf", "rpc", "protocol"],
  services: ["base", "protobuf", "rpc", "protocol", "server"],
  node: ["base", "protobuf", "http2", "rpc", "protocol", "client", "server", "services"],
  web: ["base", "protobuf", "rpc", "protocol", "client", "server", "services"],
  testing: ["base", "protobuf", "http2", "rpc", "protocol", "client", "server", "services"],
  "index.ts": ["rpc", "protocol", "client", "server", "node"],
};

/** What each package may import by name; `node:` stands for all of Node. Tests may import more. */
const PACKAGES = {
  "packages/runtime": [],
  "packages/compiler": ["hawser"],
  "packages/otel": ["hawser", "@opentelemetry/api"],
  "packages/validate": ["hawser", "@bufbuild/protobuf", "@bufbuild/protovalidate"],
  "packages/cli": ["hawser", "@hawser/compiler", "node:", "*"],
  // For browsers: what it imports goes into its bundle, but for the compiler, which src/testing has for tests.
  "packages/console": ["hawser", "@hawser/compiler", "react", "react-dom", "@codemirror", "@lezer", "uplot", "idb"],
};

/** Folders of the runtime that may import Node. */
const NODE_FOLDERS = new Set(["node"]);

/** @returns {string[]} the breaches, a line each */
export function checkLayers() {
  const breaches = [];
  for (const [folder, allowed] of Object.entries(PACKAGES)) {
    const source = join(root, folder, "src");
    const graph = new Map();
    for (const file of sourceFiles(source)) {
      const test = /\.(test|cases)\.tsx?$/.test(file);
      const imports = importsOf(readFileSync(file, "utf8"));
      const targets = [];
      for (const specifier of imports) {
        if (specifier.startsWith(".")) {
          const target = sourceOf(resolve(dirname(file), specifier));
          targets.push(target);
          if (folder === "packages/runtime" && !test) breaches.push(...runtimeBreach(source, file, target));
        } else if (!test && !mayImport(allowed, specifier, folder, layerOf(source, file))) {
          breaches.push(`${relative(root, file)} imports "${specifier}", which ${folder} may not`);
        }
      }
      if (!test) graph.set(file, targets);
    }
    breaches.push(...circles(graph));
  }
  return breaches;
}

function runtimeBreach(source, file, target) {
  const from = layerOf(source, file);
  const to = layerOf(source, target);
  if (from === to) return [];
  const allowed = RUNTIME[from];
  if (allowed === undefined) return [`${relative(root, file)} is in no known layer`];
  if (allowed.includes(to)) return siblings(source, file, target);
  return [`${relative(root, file)}: the layer "${from}" may not import "${to}" (${relative(source, target)})`];
}

/** Protocols never import each other; what gRPC and gRPC-Web share has a folder of its own. */
function siblings(source, file, target) {
  const [layerA, protocolA] = relative(source, file).split(sep);
  const [layerB, protocolB] = relative(source, target).split(sep);
  return layerA === "protocol" && layerB === "protocol" && protocolA !== protocolB && protocolB !== "grpc-wire"
    ? [`${relative(root, file)}: protocols may not import each other`]
    : [];
}

function layerOf(source, file) {
  return relative(source, file).split(sep)[0];
}

function mayImport(allowed, specifier, folder, layer) {
  if (specifier.startsWith("node:"))
    return allowed.includes("node:") || (folder === "packages/runtime" && NODE_FOLDERS.has(layer));
  const [scope] = specifier.split("/");
  const name = scope.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : scope;
  return allowed.includes(name) || allowed.includes(scope) || allowed.includes("*");
}

/** The source of a module that is imported as JavaScript. */
function sourceOf(path) {
  const typescript = path.replace(/\.js$/, ".ts");
  return existsSync(typescript) ? typescript : path.replace(/\.js$/, ".tsx");
}

/** Specifiers of static imports and re-exports, and of `import()`; generated text in template literals starts no line. */
function importsOf(text) {
  const found = [];
  for (const match of text.matchAll(
    /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  )) {
    found.push(match[1] ?? match[2] ?? match[3]);
  }
  return found;
}

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "testdata") yield* sourceFiles(path);
    } else if (/\.tsx?$/.test(entry.name)) {
      yield path;
    }
  }
}

function circles(graph) {
  const found = [];
  const state = new Map();
  const visit = (file, trail) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      const circle = [...trail.slice(trail.indexOf(file)), file];
      found.push(`circle of imports: ${circle.map((each) => relative(root, each)).join(" -> ")}`);
      return;
    }
    state.set(file, "open");
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const breaches = checkLayers();
  for (const breach of breaches) console.error(breach);
  console.log(breaches.length === 0 ? "The layering is kept." : `${breaches.length} breaches of the layering.`);
  process.exit(breaches.length === 0 ? 0 : 1);
}
