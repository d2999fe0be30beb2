// The licences of the packages that a bundle was made of.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * @param {string[]} inputs the files that went into the bundle
 * @param {string} folder what their names are relative to
 * @returns {string} each package with its version and the text of its licence
 * @throws if a package has no licence to show: its terms ask for it
 */
export function licenses(inputs, folder) {
  const packages = new Set();
  for (const input of inputs) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(resolve(folder, input).replaceAll("\\", "/"));
    if (found !== null) packages.add(found[1]);
  }
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const file = readdirSync(path).find((each) => /^licen[cs]e(\.|$)/i.test(each));
    if (file === undefined) throw new Error(`${name} has no licence file, and goes into the console's bundle`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(path, file), "utf8").trim()}\n`;
  });
  return `The console's page is built of these packages, with their licences:\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
