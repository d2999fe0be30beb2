/** What went over one connection of a server: for channelz, and for whoever ends connections that rest. */
export class ConnectionTraffic {
  /** Calls that began. */
  streamsStarted = 0;
  /** Calls whose status was sent, whatever it was (channelz.proto, `streams_succeeded`). */
  streamsSucceeded = 0;
  /** Calls that ended without one: cancelled, or cut off. */
  streamsFailed = 0;
  messagesSent = 0;
  messagesReceived = 0;
}
