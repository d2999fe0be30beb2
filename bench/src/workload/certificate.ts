import { generate } from "selfsigned";

let made: Promise<{ key: string; cert: string }> | undefined;

/** A key and a self-signed certificate for 127.0.0.1, made once per run. */
export function certificate(): Promise<{ key: string; cert: string }> {
  made ??= make();
  return made;
}

async function make(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { key, cert };
}
