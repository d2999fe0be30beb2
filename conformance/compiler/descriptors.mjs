// Descriptor sets beside protoc's: byte for byte, and where that fails, after both have been decoded and encoded again
// with the records of unknown fields (which is where custom options are) in the order of their numbers. Source info is
// compared as (path, span, comments). And protoc's own generators must make the same of our set as of the sources.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../../packages/compiler/dist/index.js";
import { decode, encode } from "../../packages/runtime/dist/protobuf/index.js";
import { FileDescriptorProto, FileDescriptorSet } from "../../packages/runtime/dist/protobuf/wkt/index.js";
import { INCLUDE, protoc } from "./protoc.mjs";

const require = createRequire(import.meta.url);
const google = dirname(require.resolve("google-proto-files/package.json"));
const xds = join(dirname(require.resolve("@grpc/grpc-js-xds/package.json")), "deps");

/** Files that protoc refuses too: the package lacks what they import, or they declare a name a second time. */
const UNBUILDABLE = new Set([
  "google/protobuf/util/json_format_proto3.proto",
  "google/protobuf/compiler/ruby/ruby_generated_code.proto",
  "google/protobuf/compiler/ruby/ruby_generated_code_proto2.proto",
  "google/protobuf/compiler/ruby/ruby_generated_pkg_explicit.proto",
]);

/** Files in one run of a generator: Java and C++ of all of google-proto-files are 4.5 GB, of which a disk need not hold more. */
const BATCH = 500;

/** The sets of files, each with its import roots. */
export const SETS = [
  { name: "google/protobuf", roots: [INCLUDE], files: protosIn(INCLUDE, "google") },
  {
    name: "google-proto-files",
    roots: [google, INCLUDE],
    files: ["google", "grafeas"].flatMap((folder) => protosIn(google, folder)).filter((file) => !UNBUILDABLE.has(file)),
  },
  {
    name: "grpc-js-xds",
    roots: ["xds", "envoy-api", "googleapis", "protoc-gen-validate"].map((folder) => join(xds, folder)),
    files: ["xds", "envoy-api"].flatMap((folder) => protosIn(join(xds, folder), "")),
  },
];

/**
 * Compares one set; returns what passed and what did not.
 *
 * @param every the generators are run over every so manieth batch of files alone: they take most of the time
 */
export function compareDescriptors({ name, roots, files }, every = 1) {
  const scratch = mkdtempSync(join(tmpdir(), "hawser-"));
  const failures = [];
  let [bytes, canonical, generators, both] = [0, 0, 0, 0];
  try {
    const include = roots.flatMap((root) => ["-I", root]);
    const refused = refusedFiles(files, roots);
    for (const file of refused) {
      // Both must refuse it: the package lacks what it needs.
      const run = protoc([...include, "--experimental_editions", "-o/dev/null", file]);
      if (run.status === 0) failures.push(`${file}: protoc accepts it`);
      else both++;
    }
    const accepted = files.filter((file) => !refused.has(file));
    const out = join(scratch, "protoc.pb");
    const listed = join(scratch, "files");
    writeFileSync(listed, accepted.join("\n"));
    const flags = ["--include_imports", "--include_source_info", "--retain_options", "--experimental_editions"];
    const run = protoc([...include, ...flags, `-o${out}`, `@${listed}`]);
    if (run.status !== 0) throw new Error(`protoc refuses ${name}: ${run.stderr.slice(0, 2000)}`);
    const theirs = new Map([...filesOf(readFileSync(out))]);
    const result = compile({ files: accepted, read: reader(roots), sourceInfo: true });
    const ours = new Map(result.files.map((file) => [file.name, file]));
    for (const missing of [...theirs.keys()].filter((file) => !ours.has(file)))
      failures.push(`${missing}: not in our set`);
    for (const [file, descriptor] of ours) {
      const expected = theirs.get(file);
      const difference = expected === undefined ? "not in protoc's set" : compareFile(descriptor, expected);
      if (difference === "") bytes++;
      else if (difference === "canonical") canonical++;
      else failures.push(`${file}: ${difference}`);
    }
    const set = join(scratch, "hawser.pb");
    for (const file of result.files) dropDefaultJsonNames(file);
    writeFileSync(set, encode(FileDescriptorSet, { file: result.files }));
    for (const language of ["python", "java", "cpp"]) {
      const difference = compareGenerated(scratch, language, include, set, accepted, every);
      if (difference === "") generators++;
      else failures.push(`${name}, ${language}: ${difference}`);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return { passed: bytes + canonical + generators + both, bytes, canonical, generators, both, failures };
}

/** The files that the compiler refuses, and those that import one of them. */
function refusedFiles(files, roots) {
  const { files: descriptors, diagnostics } = compile({ files, read: reader(roots) });
  const refused = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ file }) => file));
  // An import comes before the files that import it.
  for (const { name, dependency } of descriptors) if (dependency.some((each) => refused.has(each))) refused.add(name);
  return new Set(files.filter((file) => refused.has(file)));
}

/**
 * protoc's sets have every JSON name, but its generators write down only those that a file gives by hand: these have a
 * place in the source info (FieldDescriptorProto.json_name is field 10), the others are taken out.
 */
function dropDefaultJsonNames(file) {
  const given = new Set((file.sourceCodeInfo?.location ?? []).map(({ path }) => path.join(".")));
  const fields = (list, path) => {
    for (const [i, field] of list.entries()) if (!given.has(`${path}.${i}.10`)) field.jsonName = undefined;
  };
  const messages = (list, path) => {
    for (const [i, message] of list.entries()) {
      const at = `${path}.${i}`;
      fields(message.field, `${at}.2`);
      fields(message.extension, `${at}.6`);
      messages(message.nestedType, `${at}.3`);
    }
  };
  messages(file.messageType, "4");
  fields(file.extension, "7");
}

/** "" for equal bytes, "canonical" for the same after encoding again, else what is different. */
function compareFile(ours, expected) {
  if (Buffer.compare(encode(FileDescriptorProto, ours), expected) === 0) return "";
  const theirs = decode(FileDescriptorProto, expected);
  const [a, b] = [
    canonicalJson({ ...ours, sourceCodeInfo: undefined }),
    canonicalJson({ ...theirs, sourceCodeInfo: undefined }),
  ];
  if (a !== b) return `the descriptor is different: ${firstDifference(a, b)}`;
  const [c, d] = [places(ours), places(theirs)];
  return c === d ? "canonical" : `the source info is different: ${firstDifference(c, d)}`;
}

function canonicalJson(file) {
  return JSON.stringify(file, (key, value) => {
    if (typeof value === "bigint") return value.toString();
    if (key === "$unknown") return unknownRecords(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  });
}

/** The records of unknown fields by number; those of one number keep their order. */
function unknownRecords(bytes) {
  const records = [];
  for (let at = 0; at < bytes.length; ) {
    const end = recordEnd(bytes, at);
    records.push({ tag: varint(bytes, at)[0], hex: Buffer.from(bytes.subarray(at, end)).toString("hex") });
    at = end;
  }
  return records.sort((a, b) => a.tag - b.tag).map(({ hex }) => hex);
}

function places({ sourceCodeInfo }) {
  return (sourceCodeInfo?.location ?? [])
    .map(({ path, span, leadingComments, trailingComments, leadingDetachedComments }) =>
      JSON.stringify([path, span, leadingComments, trailingComments, leadingDetachedComments]),
    )
    .sort()
    .join("\n");
}

function firstDifference(a, b) {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `${JSON.stringify(a.slice(Math.max(0, at - 60), at + 120))} against protoc's ${JSON.stringify(b.slice(Math.max(0, at - 60), at + 120))}`;
}

/** Both write archives, whose entries have no times in protoc: equal archives are equal files. */
function compareGenerated(scratch, language, include, set, files, every) {
  const listed = join(scratch, "batch");
  for (let start = 0; start < files.length; start += BATCH * every) {
    writeFileSync(listed, files.slice(start, start + BATCH).join("\n"));
    const archives = [];
    for (const [kind, from] of [
      ["sources", include],
      ["set", [`--descriptor_set_in=${set}`]],
    ]) {
      const archive = join(scratch, `${kind}.zip`);
      const run = protoc([...from, "--experimental_editions", `--${language}_out=${archive}`, `@${listed}`]);
      if (run.status !== 0) return `protoc fails from the ${kind}: ${run.stderr.slice(0, 2000)}`;
      archives.push(readFileSync(archive));
      rmSync(archive);
    }
    if (Buffer.compare(...archives) !== 0) return `the generated code is different, from file ${start} on`;
  }
  return "";
}

function* filesOf(set) {
  for (let at = 0; at < set.length; ) {
    const [, afterTag] = varint(set, at);
    const [length, from] = varint(set, afterTag);
    const file = set.subarray(from, from + length);
    const [nameLength, nameAt] = varint(file, 1);
    yield [file.subarray(nameAt, nameAt + nameLength).toString(), file];
    at = from + length;
  }
}

function varint(bytes, start) {
  let value = 0;
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    value += (bytes[at] & 0x7f) * scale;
    if (bytes[at] < 0x80) return [value, at + 1];
  }
}

function recordEnd(bytes, start) {
  const [tag, at] = varint(bytes, start);
  switch (tag % 8) {
    case 0:
      return varint(bytes, at)[1];
    case 1:
      return at + 8;
    case 5:
      return at + 4;
    case 2: {
      const [length, from] = varint(bytes, at);
      return from + length;
    }
    default: {
      let end = at;
      while (varint(bytes, end)[0] % 8 !== 4) end = recordEnd(bytes, end);
      return varint(bytes, end)[1];
    }
  }
}

/** Reads a file from the first root that has it. */
export function reader(roots) {
  return (path) => {
    for (const root of roots) {
      const file = join(root, path);
      if (existsSync(file)) return readFileSync(file, "utf8");
    }
    return undefined;
  };
}

function protosIn(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".proto"))
    .map((file) => join(folder, file).replaceAll("\\", "/"))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const set of SETS.filter(({ name }) => process.argv.length < 3 || process.argv.includes(name))) {
    const { bytes, canonical, generators, both, failures } = compareDescriptors(set);
    for (const failure of failures.slice(0, 20)) console.log(failure);
    console.log(
      `${set.name}: ${bytes} files equal byte for byte, ${canonical} after encoding again, ${generators} generators of 3, ${both} files refused by both, ${failures.length} failed`,
    );
  }
}
