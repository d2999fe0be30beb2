/** SETTINGS (RFC 9113 §6.5). */
import { DEFAULT_MAX_FRAME_SIZE, DEFAULT_WINDOW, FrameType, MAX_WINDOW } from "./frame/frame-types.js";
import { writeFrameHeader, writeUint32 } from "./frame/frame-writer.js";
import { connectionError, Http2ErrorCode } from "./http2-error.js";
import type { Http2Limits } from "./limits.js";

/** The settings of RFC 9113 §6.5.2. */
export const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

/** What the peer has told about itself; the initial values until it has. */
export class PeerSettings {
  headerTableSize = 4096;
  /** Of a client: true until it says otherwise. */
  enablePush = true;
  maxConcurrentStreams: number = MAX_WINDOW;
  initialWindowSize: number = DEFAULT_WINDOW;
  maxFrameSize: number = DEFAULT_MAX_FRAME_SIZE;
  maxHeaderListSize: number = Number.POSITIVE_INFINITY;

  /**
   * Takes one setting; unknown ones are ignored.
   * @throws Http2Error for a value that RFC 9113 §6.5.2 forbids
   */
  apply(id: number, value: number, fromServer: boolean): void {
    switch (id) {
      case SettingId.HEADER_TABLE_SIZE:
        this.headerTableSize = value;
        return;
      case SettingId.ENABLE_PUSH:
        if (value > 1 || (fromServer && value !== 0)) {
          throw connectionError(Http2ErrorCode.PROTOCOL_ERROR, `the peer set ENABLE_PUSH to ${value}`);
        }
        this.enablePush = value === 1;
        return;
      case SettingId.MAX_CONCURRENT_STREAMS:
        this.maxConcurrentStreams = value;
        return;
      case SettingId.INITIAL_WINDOW_SIZE:
        if (value > MAX_WINDOW) {
          throw connectionError(Http2ErrorCode.FLOW_CONTROL_ERROR, `the peer set INITIAL_WINDOW_SIZE to ${value}`);
        }
        this.initialWindowSize = value;
        return;
      case SettingId.MAX_FRAME_SIZE:
        if (value < DEFAULT_MAX_FRAME_SIZE || value > 2 ** 24 - 1) {
          throw connectionError(Http2ErrorCode.PROTOCOL_ERROR, `the peer set MAX_FRAME_SIZE to ${value}`);
        }
        this.maxFrameSize = value;
        return;
      case SettingId.MAX_HEADER_LIST_SIZE:
        this.maxHeaderListSize = value;
        return;
      default:
    }
  }
}

/** The most octets that {@link writeOwnSettings} writes. */
export const OWN_SETTINGS_SIZE: number = 9 + 5 * 6;

/** Writes this side's SETTINGS: what differs from the initial values. Returns the position after it. */
export function writeOwnSettings(buf: Uint8Array, pos: number, role: "client" | "server", limits: Http2Limits): number {
  const start = pos;
  pos += 9;
  // gRPC has no use for push; who wants it says so, and how much of it.
  if (role === "client") pos = writeSetting(buf, pos, SettingId.ENABLE_PUSH, limits.enablePush ? 1 : 0);
  if (role === "client" && limits.enablePush) {
    pos = writeSetting(buf, pos, SettingId.MAX_CONCURRENT_STREAMS, limits.maxPushedStreams);
  }
  if (role === "server") pos = writeSetting(buf, pos, SettingId.MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams);
  if (limits.streamWindow !== DEFAULT_WINDOW) {
    pos = writeSetting(buf, pos, SettingId.INITIAL_WINDOW_SIZE, limits.streamWindow);
  }
  if (limits.maxFrameSize !== DEFAULT_MAX_FRAME_SIZE) {
    pos = writeSetting(buf, pos, SettingId.MAX_FRAME_SIZE, limits.maxFrameSize);
  }
  pos = writeSetting(buf, pos, SettingId.MAX_HEADER_LIST_SIZE, limits.maxHeaderListSize);
  writeFrameHeader(buf, start, pos - start - 9, FrameType.SETTINGS, 0, 0);
  return pos;
}

/** 15 octets: SETTINGS that change nothing but INITIAL_WINDOW_SIZE. */
export function writeWindowSetting(buf: Uint8Array, pos: number, window: number): number {
  pos = writeFrameHeader(buf, pos, 6, FrameType.SETTINGS, 0, 0);
  return writeSetting(buf, pos, SettingId.INITIAL_WINDOW_SIZE, window);
}

function writeSetting(buf: Uint8Array, pos: number, id: number, value: number): number {
  buf[pos] = id >>> 8;
  buf[pos + 1] = id;
  return writeUint32(buf, pos + 2, value);
}
