import { systemClock } from "../base/clock.js";
import { TimerWheel } from "../base/timer-wheel.js";
import { Compressions } from "../rpc/compression.js";
import { zlibCompressions } from "./zlib-compression.js";

/** All deadlines of the process share one timer. */
export const timers: TimerWheel = new TimerWheel(systemClock);

/** What this platform compresses with. */
export const compressions: Compressions = new Compressions(zlibCompressions);
