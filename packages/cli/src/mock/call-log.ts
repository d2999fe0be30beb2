import { codeName, type ServerCall } from "hawser";
import { colorsFor } from "../colors.js";
import { printJson } from "../report-error.js";

/** How many replies there were is not known to a call: name, status and time are shown. */
export type CallLog = (call: ServerCall, from: string) => void;

/** Tells people of each call on stderr, when it has ended. */
export function textLog(): CallLog {
  const colors = colorsFor(process.stderr);
  return (call, from) => {
    const began = performance.now();
    call.onEnd(({ code, message }) => {
      const status = code === 0 ? colors.green("OK") : colors.red(codeName(code));
      const ms = Math.round(performance.now() - began);
      const said = message === "" ? "" : `: ${message}`;
      process.stderr.write(`${call.method.path.slice(1)} ${status}${said} (${ms} ms) ${colors.dim(from)}\n`);
    });
  };
}

/** Tells programs, a line of JSON for each call on stdout. */
export function jsonLog(): CallLog {
  return (call, from) => {
    const began = performance.now();
    call.onEnd(({ code, message }) => {
      const ms = Math.round((performance.now() - began) * 1000) / 1000;
      printJson({ call: call.method.path.slice(1), status: codeName(code), message, ms, from });
    });
  };
}
