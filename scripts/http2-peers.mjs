// `node scripts/http2-peers.mjs`: the HTTP/2 engine with curl, nghttp, h2load, nghttpd, nginx, haproxy, caddy, headless
// Chromium and node:http2; `npm run conformance` runs it. As root with CI=true it installs what is missing from Debian; elsewhere it skips that, saying so.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const PACKAGES = ["curl", "nghttp2-client", "nghttp2-server", "nginx-light", "haproxy", "caddy", "chromium"];

if (process.env.CI === "true" && process.getuid?.() === 0) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const options of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", ...PACKAGES],
  ]) {
    const { status } = spawnSync("apt-get", options, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 600_000 });
    if (status !== 0) console.log(`apt-get ${options[0]} failed: what is not installed is skipped.`);
  }
} else {
  console.log(
    `Nothing is installed (that takes root and CI=true); the tests use what there is of ${PACKAGES.join(", ")}.`,
  );
}
const { status } = spawnSync(
  process.execPath,
  ["--test", "--test-reporter=spec", join(root, "conformance/http2/dist/peers.test.js")],
  { stdio: "inherit", timeout: 600_000 },
);
process.exit(status ?? 1);
