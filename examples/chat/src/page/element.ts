/** An element of the page, which is there. */
export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

/** Makes an element. Children are elements or text; text is never taken for HTML. */
export function make(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/** A round picture of somebody: the first letter of the name, in a colour of the name's own. */
export function face(who: string): HTMLElement {
  let sum = 0;
  for (const character of who) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  const element = make("span", `face c${sum % 6}`, [...who.trim()][0]?.toUpperCase() ?? "?");
  element.setAttribute("aria-hidden", "true");
  return element;
}
