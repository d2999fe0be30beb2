import type { ComponentType } from "react";
import { ChannelzView } from "../channelz/channelz-view.js";
import { CopyPanel } from "../copy-lines/copy-panel.js";
import { EnvironmentPicker } from "../environments/environment-picker.js";
import { EnvironmentsView } from "../environments/environments-view.js";
import { HealthView } from "../health/health-view.js";
import { HistoryPanel } from "../history/history-panel.js";
import { SavedPanel } from "../history/saved-panel.js";
import { LoadView } from "../load/load-view.js";
import type { MethodInfo } from "../schema/console-schema.js";

/** A view of its own, which the bar at the top leads to. `id` is its address: `#/load`. */
export interface MainPlace {
  readonly id: string;
  readonly title: string;
  readonly View: ComponentType;
}

/** A tab beside the list of methods. */
export interface SidePlace {
  readonly id: string;
  readonly title: string;
  readonly Panel: ComponentType;
}

/** A tab of the request, beside message and metadata. */
export interface RequestPlace {
  readonly id: string;
  readonly title: string;
  readonly Panel: ComponentType<{ readonly method: MethodInfo }>;
}

/** Views in the bar at the top, after the one of calls. */
export const mainPlaces: readonly MainPlace[] = [
  { id: "load", title: "Load", View: LoadView },
  { id: "channelz", title: "Connections", View: ChannelzView },
  { id: "health", title: "Health", View: HealthView },
  { id: "environments", title: "Environments", View: EnvironmentsView },
];

/** Tabs of the side, after the one of methods. */
export const sidePlaces: readonly SidePlace[] = [
  { id: "history", title: "History", Panel: HistoryPanel },
  { id: "saved", title: "Saved", Panel: SavedPanel },
];

/** Tabs of the request, after message and metadata. */
export const requestPlaces: readonly RequestPlace[] = [{ id: "copy", title: "Copy as", Panel: CopyPanel }];

/** What stands in the bar at the top, at its right. */
export const barPlaces: readonly ComponentType[] = [EnvironmentPicker];
