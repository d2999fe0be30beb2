import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { INTEROP, run, toolVersion } from "../build-cache.js";
import type { Peer, TlsFiles } from "../peer.js";
import { ORCA_FLAGS, SOAK_FLAGS } from "./grpc-go.js";

const SOURCES = join(INTEROP, "peers/java");
const PACKAGE = "io.grpc.testing.integration";

/** grpc-java's own interop client and server. */
export const grpcJava: Peer = {
  name: "grpc-java",
  language: "Java",
  programs: "its own",
  checksCompression: false,
  serverLacks: {
    server_compressed_streaming: "TestServiceImpl looks at response_compressed in unaryCall alone",
    pick_first_unary: "TestServiceImpl leaves fill_server_id unanswered",
  },
  clientLacks: {
    concurrent_large_unary: "the client has no such --test_case",
  },

  async prepare(cache) {
    await toolVersion(["java", "-version"], /version "(\d[\d.]*)/, "11");
    await toolVersion(["mvn", "-version"], /Apache Maven (\d[\d.]*)/, "3.6");
    await toolVersion(["unzip", "-v"], /UnZip (\d[\d.]*)/, "6");
    const folder = await cache.get("grpc-java", [SOURCES], async (out) => {
      const pom = join(SOURCES, "pom.xml");
      const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
      await run({ argv: ["mvn", "-q", "-B", "-f", pom, goal, `-DoutputDirectory=${join(out, "lib")}`] });
      const jar = join(out, "lib", `grpc-testing-${versionOf()}.jar`);
      await run({ argv: ["unzip", "-q", jar, "certs/*", "-d", out] });
    });
    if (!existsSync(join(folder, "certs/ca.pem"))) throw new Error("grpc-testing has no certs/ca.pem");
    const tls: TlsFiles = {
      ca: join(folder, "certs/ca.pem"),
      certificate: join(folder, "certs/server1.pem"),
      key: join(folder, "certs/server1.key"),
      serverName: "foo.test.google.fr",
    };
    // One small program after the other: starting quickly matters more than running fast.
    const java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", join(folder, "lib/*")] as const;
    return {
      version: versionOf(),
      tls,
      server: (secured, freePort) => ({
        argv: [...java, `${PACKAGE}.TestServiceServer`, `--port=${freePort}`, `--use_tls=${secured !== undefined}`],
        ready: /Server started on port (\d+)/,
      }),
      clients: (cases, port, secured) =>
        cases.map((each) => ({
          cases: [each],
          argv: [
            ...java,
            `${PACKAGE}.TestServiceClient`,
            "--server_host=127.0.0.1",
            `--server_port=${port}`,
            `--test_case=${each}`,
            ...(each.endsWith("_soak") ? SOAK_FLAGS : []),
            ...(each.startsWith("orca_") ? ORCA_FLAGS : []),
            ...(secured === undefined
              ? ["--use_tls=false"]
              : ["--use_tls=true", "--use_test_ca=true", `--server_host_override=${secured.serverName}`]),
          ],
        })),
    };
  },
};

function versionOf(): string {
  const pom = readFileSync(join(SOURCES, "pom.xml"), "utf8");
  const version = /<grpc.version>([^<]+)</.exec(pom)?.[1];
  if (version === undefined) throw new Error("interop/peers/java/pom.xml names no grpc.version");
  return version;
}
