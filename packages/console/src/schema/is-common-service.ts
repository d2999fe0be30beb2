/** Whether a service is one that servers have beside what they are for: health, reflection, channelz. */
export function isCommonService(name: string): boolean {
  return name.startsWith("grpc.");
}
