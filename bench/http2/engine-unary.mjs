/**
 * What the HTTP/2 engine costs for one unary call, both sides together: a client and a server engine joined in memory,
 * with no socket and no RPC floor. A call is HEADERS and DATA one way, HEADERS, DATA and trailers back, 100 bytes each.
 *
 *   node bench/http2/engine-unary.mjs [calls] [in flight] [--timeouts]
 *
 * With --timeouts each call carries a grpc-timeout of its own. The figures are processor time.
 */
import { Http2Connection } from "hawser/http2";

const calls = Number(process.argv[2] ?? 1_000_000);
const inFlight = Number(process.argv[3] ?? 64);
const PAYLOAD = new Uint8Array(105).fill(0x61);

const REQUEST = [
  { name: ":method", value: "POST" },
  { name: ":scheme", value: "http" },
  { name: ":path", value: "/bench.Echo/Unary" },
  { name: ":authority", value: "127.0.0.1:50051" },
  { name: "te", value: "trailers" },
  { name: "content-type", value: "application/grpc+proto" },
  { name: "user-agent", value: "hawser/0.1" },
];
const RESPONSE = [
  { name: ":status", value: "200" },
  { name: "content-type", value: "application/grpc+proto" },
];
const TRAILERS = [{ name: "grpc-status", value: "0" }];
const timeouts = process.argv.includes("--timeouts");

const unused = () => {};

class ServerSink {
  constructor(stream) {
    this.stream = stream;
  }
  onHead() {}
  onData(_bytes, start, end, endStream) {
    const { stream } = this;
    stream.consume(end - start);
    if (!endStream) return;
    stream.sendHead(RESPONSE, undefined, false);
    send(stream, false);
    stream.sendHead(TRAILERS, undefined, true);
  }
  onTrailers() {}
  onFailure(failure) {
    throw new Error(failure.message);
  }
  onWritable() {}
}

let done = 0;
let started = 0;
class ClientSink {
  onHead() {}
  onData(_bytes, start, end) {
    this.stream.consume(end - start);
  }
  onTrailers() {
    done++;
    if (started < target) start();
  }
  onFailure(failure) {
    throw new Error(failure.message);
  }
  onWritable() {}
}

function send(stream, endStream) {
  const writer = stream.beginData();
  writer.reserve(PAYLOAD.length);
  const { buf } = writer;
  let { pos } = writer;
  for (let i = 0; i < PAYLOAD.length; i++) buf[pos++] = PAYLOAD[i];
  writer.pos = pos;
  stream.commitData(endStream);
}

const server = new Http2Connection("server", {
  onStream(stream) {
    stream.sink = new ServerSink(stream);
  },
  onFlush: unused,
  onReady: unused,
  onAvailable: unused,
  onDraining: unused,
  onClosed: (failure) => console.error("server", failure.message),
});
const client = new Http2Connection("client", {
  onStream: unused,
  onFlush: unused,
  onReady: unused,
  onAvailable: unused,
  onDraining: unused,
  onClosed: (failure) => console.error("client", failure.message),
});

function pump(from, to) {
  const segments = from.take();
  for (let i = 0; i < segments.length; i++) {
    to.receive(segments[i]);
    from.recycle(segments[i]);
  }
}

let target = 0;
function start() {
  started++;
  const sink = new ClientSink();
  const extra = timeouts ? [{ name: "grpc-timeout", value: `${500_000 + (started % 5000)}u` }] : undefined;
  const stream = client.open(REQUEST, extra, false, sink);
  sink.stream = stream;
  send(stream, true);
}

function run(count) {
  target = started + count;
  const end = done + count;
  for (let i = 0; i < inFlight && started < target; i++) start();
  while (done < end) {
    pump(client, server);
    pump(server, client);
  }
}

pump(client, server);
pump(server, client);
run(Math.min(50_000, calls));
const rounds = 5;
for (let i = 0; i < rounds; i++) {
  const before = process.cpuUsage();
  run(Math.floor(calls / rounds));
  const { user, system } = process.cpuUsage(before);
  const ns = ((user + system) * 1000) / Math.floor(calls / rounds);
  console.log(`${ns.toFixed(0)} ns per call for both sides, ${(ns / 2).toFixed(0)} ns per side`);
}
