import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { BadRequest, ErrorInfo, Status } from "hawser/google-rpc";
import { encode } from "hawser/protobuf";
import { packAny } from "hawser/wkt";
import { HOSTILE } from "./hawser-harbour.js";

const PROTOS: string = fileURLToPath(new URL("../../proto", import.meta.url));

/** A server of any of the implementations. */
export interface HarbourServer {
  /** As `127.0.0.1:1234`. */
  readonly target: string;
  stop(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the packages give no types for what they load
type Call = any;

/** harbour.v1.Harbour by @grpc/grpc-js, with @grpc/reflection, its channelz and grpc-health-check. */
export async function grpcJsHarbour(): Promise<HarbourServer> {
  const definition = loadSync("harbour/v1/harbour.proto", { includeDirs: [PROTOS], longs: String, oneofs: true });
  const { service } = (grpc.loadPackageDefinition(definition) as Call).harbour.v1.Harbour;
  const server = new grpc.Server();
  const once = (reply: (request: Call) => object) => (call: Call, done: Call) => {
    greet(call);
    done(null, reply(call.request), trailer());
  };
  server.addService(service, {
    getShip: (call: Call, done: Call) => {
      greet(call);
      const timer = setTimeout(() => getShip(call.request.id ?? "0", done), call.request.delayMs ?? 0);
      call.on("cancelled", () => clearTimeout(timer));
    },
    watchArrivals: (call: Call) => {
      greet(call);
      watchArrivals(call, call.request.count ?? 0, call.request.pauseMs ?? 0);
    },
    unloadCrates: (call: Call, done: Call) => {
      greet(call);
      let crates = 0;
      let weight = 0n;
      call.on("data", (crate: Call) => {
        crates++;
        weight += BigInt(crate.weightKg ?? 0);
      });
      call.on("end", () => done(null, { crates, weightKg: String(weight) }, trailer()));
    },
    talkByRadio: (call: Call) => {
      greet(call);
      call.on("data", ({ text = "" }: Call) => call.write({ text: text.toUpperCase(), from: "harbour" }));
      call.on("end", () => call.end(trailer()));
    },
    survey: once((request) => request),
    writeLog: once((request) => request),
  });
  new ReflectionService(definition).addToServer(server);
  server.addService(grpc.getChannelzServiceDefinition(), grpc.getChannelzHandlers());
  new HealthImplementation({ "": "SERVING", "harbour.v1.Harbour": "NOT_SERVING" }).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { target: `127.0.0.1:${port}`, stop: async () => server.forceShutdown() };
}

function getShip(id: string, done: Call): void {
  if (id === "404") {
    const violation = { field: "id", description: "is not painted on any hull" };
    const details = [
      packAny(BadRequest, { fieldViolations: [violation] }),
      packAny(ErrorInfo, { reason: "NO_SUCH_SHIP", domain: "harbour.example" }),
    ];
    const message = "no ship has the number 404";
    const metadata = trailer();
    const status = encode(Status, { code: grpc.status.NOT_FOUND, message, details });
    metadata.set("grpc-status-details-bin", Buffer.from(status));
    done({ code: grpc.status.NOT_FOUND, details: message, metadata });
    return;
  }
  if (id === "666") {
    done({ code: grpc.status.INTERNAL, details: HOSTILE });
    return;
  }
  const built = { seconds: String(Date.parse("1968-05-01T00:00:00Z") / 1000) };
  const metres = { beam: 8.5, length: 32 };
  done(null, { id, name: "Bramble", kind: "SHIP_KIND_TUG", built, metres, ports: ["Hull", "Bergen"] }, trailer());
}

/** One after the other, as fast as they go out. */
function watchArrivals(call: Call, count: number, pauseMs: number): void {
  let number = 0;
  const next = (): void => {
    while (!call.cancelled && (count === 0 || number < count)) {
      number++;
      const more = call.write({ number, ship: `Ship ${number}`, at: { seconds: String(1_700_000_000 + number) } });
      if (pauseMs > 0) {
        setTimeout(next, pauseMs);
        return;
      }
      if (!more) {
        call.once("drain", next);
        return;
      }
    }
    if (!call.cancelled) call.end(trailer());
  };
  next();
}

function greet(call: Call): void {
  const [said] = call.metadata.get("x-say");
  const header = new grpc.Metadata();
  if (said !== undefined) header.set("x-said", said);
  call.sendMetadata(header);
}

function trailer(): grpc.Metadata {
  const metadata = new grpc.Metadata();
  metadata.set("x-tide", "high");
  return metadata;
}
