/**
 * A program: serves {@link respond} until its standard input ends. `serve.js [--tls] [PORT]`; prints the port. It takes
 * frames of the initial size: h2spec sends 16,385 octets as too many, whatever SETTINGS_MAX_FRAME_SIZE says.
 */
import { makeCertificate } from "./certificate.js";
import { listen } from "./engine.js";
import { respond } from "./responder.js";

const { argv } = process;
const tls = argv.includes("--tls") ? { tls: await makeCertificate() } : {};
const port = argv.slice(2).find((each) => /^\d+$/.test(each)) ?? "0";
const listener = await listen(`127.0.0.1:${port}`, { ...tls, http2: { maxFrameSize: 16_384 } }, respond);
console.log(listener.port);
process.stdin.resume().on("end", () => {
  listener.destroy();
  process.exit(0);
});
