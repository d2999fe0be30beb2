import { createChannel, streamCompressions } from "hawser/web";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { CallWatch } from "./call/call-watch.js";
import { Start } from "./layout/start.js";
import { startTheme } from "./theme/theme.js";

startTheme();
const watch = new CallWatch();
const channel = createChannel(location.origin, { observer: watch, compressions: streamCompressions() });
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Start channel={channel} watch={watch} />
  </StrictMode>,
);
