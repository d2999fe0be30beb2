import { parseHash } from "../layout/address.js";
import { Store } from "../layout/store.js";

/** The id of the method that was shown last; empty if none was. A load test begins with it. */
export const lastMethod: Store<string> = new Store("");

/** Follows the address of the page from now on. */
export function followMethod(): void {
  const look = (): void => {
    const { method } = parseHash(location.hash);
    if (method !== "") lastMethod.set(method);
  };
  look();
  addEventListener("hashchange", look);
}
