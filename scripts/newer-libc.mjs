// A C library for native programs that are built for a newer one than the machine has: the C and C++ libraries of
// Debian's stable release, unpacked into .cache. A program is started through their loader. Nothing of the system is changed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Debian's name of the architecture, and of its folders. Nothing that needs this is built for another Linux. */
const ARCHITECTURE = "amd64";
const TRIPLET = "x86_64-linux-gnu";
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1"];
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * @param {string} root of the repository
 * @returns {string[]} the loader and its arguments, behind which comes the program with its own
 */
export function newerLoader(root) {
  const folder = join(root, ".cache/debian-stable");
  const libraries = join(folder, "usr/lib", TRIPLET);
  const loader = join(libraries, "ld-linux-x86-64.so.2");
  if (!existsSync(loader)) unpack(folder);
  return [loader, "--library-path", libraries];
}

/** Unpacks the packages into a folder that gets its name once it is complete. */
function unpack(folder) {
  const work = `${folder}.partial`;
  rmSync(work, { recursive: true, force: true });
  for (const path of ["lists/partial", "archives/partial"]) mkdirSync(join(work, path), { recursive: true });
  const sources = join(work, "stable.list");
  writeFileSync(sources, `deb [arch=${ARCHITECTURE} signed-by=${KEYRING}] ${debianArchive()} stable main\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    "Dir::Etc::SourceParts=-",
    `Dir::State::Lists=${join(work, "lists")}`,
    `Dir::Cache::Archives=${join(work, "archives")}`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    // The folders belong to whoever runs this, not to the user that apt downloads as.
    `APT::Sandbox::User=${process.env.USER ?? "root"}`,
  ].flatMap((option) => ["-o", option]);
  run("apt-get", ["-q", ...options, "update"], work);
  run("apt-get", ["-q", ...options, "download", ...PACKAGES], work);
  for (const file of readdirSync(work)) {
    if (file.endsWith(".deb")) run("dpkg-deb", ["-x", file, join(work, "tree")], work);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(join(work, "tree"), folder);
  rmSync(work, { recursive: true, force: true });
}

/** Where this machine gets its Debian packages from. */
function debianArchive() {
  const files = ["/etc/apt/sources.list", ...list("/etc/apt/sources.list.d")].filter(existsSync);
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const found = /^(?:URIs:|deb\s+(?:\[[^\]]*\]\s+)?)\s*(\S+\/debian)\/?(?:\s|$)/m.exec(text);
    if (found !== null) return found[1];
  }
  throw new Error(
    "the C library is too old for the conformance runner, and this is not a Debian to get a newer one with",
  );
}

function list(folder) {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
}
