import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { INTEROP, run, toolVersion } from "../build-cache.js";
import { generate, PROTO } from "../generate.js";
import type { Peer } from "../peer.js";

const SOURCES = join(INTEROP, "peers/python");

const NO_ORCA = "grpcio has no API for load reports";

/** gRPC's C core, by way of Python. */
export const grpcio: Peer = {
  name: "grpcio",
  language: "Python, C core",
  programs: "ours on its API",
  checksCompression: false,
  serverLacks: {
    orca_per_rpc: NO_ORCA,
    orca_oob: NO_ORCA,
  },
  clientLacks: {
    orca_per_rpc: NO_ORCA,
    orca_oob: NO_ORCA,
    client_compressed_streaming: "the API compresses a whole call; single messages only in a server",
  },

  async prepare(cache) {
    await toolVersion(["python3", "--version"], /Python (\d[\d.]*)/, "3.9");
    const environment = await cache.get("grpcio", [join(SOURCES, "requirements.txt")], async (out) => {
      await run({ argv: ["python3", "-m", "venv", "--copies", out] });
      const python = join(out, "bin/python");
      const requirements = join(SOURCES, "requirements.txt");
      await run({ argv: [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements] });
    });
    const python = join(environment, "bin/python");
    const code = await cache.get("grpcio-code", [PROTO, join(SOURCES, "requirements.txt")], async (out) => {
      await generatePython(python, out);
    });
    const env = { PYTHONPATH: code, PYTHONDONTWRITEBYTECODE: "1" };
    const version = /grpcio==(\S+)/.exec(readFileSync(join(SOURCES, "requirements.txt"), "utf8"))?.[1] ?? "";
    return {
      version,
      server: (tls) => ({
        argv: [python, join(SOURCES, "test_server.py"), ...(tls === undefined ? [] : [tls.certificate, tls.key])],
        env,
        ready: /listening on (\d+)/,
      }),
      clients: (cases, port, tls) => [
        {
          cases,
          argv: [
            python,
            join(SOURCES, "test_client.py"),
            String(port),
            tls?.ca ?? "-",
            tls?.serverName ?? "-",
            ...cases,
          ],
          env,
        },
      ],
    };
  },
};

/**
 * The generated modules would be `grpc.testing…`, inside the package of grpcio itself: they get a package of their own,
 * as in gRPC's repository.
 */
async function generatePython(python: string, out: string): Promise<void> {
  const protoc = join(out, "protoc");
  // A script, so that the environment may lie anywhere.
  writeFileSync(protoc, `#!/bin/sh\nexec '${python}' -m grpc_tools.protoc "$@"\n`, { mode: 0o755 });
  await generate(out, [
    { name: "python", path: protoc, out },
    { name: "grpc_python", path: protoc, out },
  ]);
  const code = join(out, "grpc_testing_code");
  renameSync(join(out, "grpc/testing"), code);
  rmSync(join(out, "grpc"), { recursive: true });
  for (const name of readdirSync(code)) {
    const path = join(code, name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/^from grpc\.testing import/gm, "from . import"));
  }
  writeFileSync(join(code, "__init__.py"), "");
}
