import { generate } from "selfsigned";

/** A self-signed certificate for `localhost` and 127.0.0.1 with its key, PEM; made anew for each run. */
export async function makeCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
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
  return { cert: made.cert, key: made.private };
}
