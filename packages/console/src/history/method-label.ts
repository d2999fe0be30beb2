/** A method without its package: `Notes/Get` of `notes.v1.Notes/Get`. */
export function methodLabel(id: string): string {
  const slash = id.lastIndexOf("/");
  return id.slice(id.lastIndexOf(".", slash) + 1);
}
