/** The name and version under which instruments and spans are made; all packages have one version. */
export const LIBRARY: { readonly name: string; readonly version: string } = { name: "hawser", version: "0.1.0" };
