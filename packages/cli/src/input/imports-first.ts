import type { FileDescriptorProto } from "hawser/wkt";

/**
 * Files, imports in front of what imports them, as a FileDescriptorSet has them. A chain of imports may be as long as a server
 * likes: the stack is our own.
 *
 * @param files by their names; imports that are not there are passed over
 * @param roots the files that are wanted with their imports. Default: all
 */
export function importsFirst(
  files: ReadonlyMap<string, FileDescriptorProto>,
  roots: Iterable<FileDescriptorProto> = files.values(),
): FileDescriptorProto[] {
  const ordered: FileDescriptorProto[] = [];
  const entered = new Set<FileDescriptorProto>();
  for (const root of roots) {
    const stack: { readonly file: FileDescriptorProto; next: number }[] = [];
    const enter = (file: FileDescriptorProto | undefined): void => {
      if (file === undefined || entered.has(file)) return;
      entered.add(file);
      stack.push({ file, next: 0 });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const name = top.file.dependency[top.next++];
      if (name !== undefined) enter(files.get(name));
      else ordered.push(stack.pop()!.file);
    }
  }
  return ordered;
}
