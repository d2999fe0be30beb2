/**
 * The version at the end of a package's name, as in `notes.v1`, `notes.v1beta2`, `notes.v1p1alpha`, `notes.v2test`.
 *
 * @returns whether it is a stable one; `undefined` if the package has no version
 */
export function packageStability(name: string): "stable" | "unstable" | undefined {
  const dot = name.lastIndexOf(".");
  if (dot < 0) return undefined;
  const version = name.slice(dot + 1);
  if (!version.startsWith("v")) return undefined;
  const test = version.indexOf("test");
  if (test >= 0) return isNumber(version.slice(1, test)) ? "unstable" : undefined;
  const unstable = /^v(.*?)(alpha|beta)(.*)$/s.exec(version);
  if (unstable === null) return isNumber(version.slice(1)) ? "stable" : undefined;
  const [, before = "", word, after = ""] = unstable;
  if (version.includes("alpha") && version.includes("beta")) return undefined;
  if (after !== "" && !isNumber(after)) return undefined;
  const [major = "", ...patch] = before.split(/p(.*)/s, 2);
  if (!isNumber(major) || (patch.length > 0 && !isNumber(patch[0]!))) return undefined;
  return word === undefined ? undefined : "unstable";
}

/** A number of 1 or more within 32 bits. */
function isNumber(text: string): boolean {
  return /^\+?[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 0x7fffffff;
}
