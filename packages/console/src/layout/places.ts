import type { ComponentType } from "react";
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
export const mainPlaces: readonly MainPlace[] = [];

/** Tabs of the side, after the one of methods. */
export const sidePlaces: readonly SidePlace[] = [];

/** Tabs of the request, after message and metadata. */
export const requestPlaces: readonly RequestPlace[] = [];

/** What stands in the bar at the top, at its right. */
export const barPlaces: readonly ComponentType[] = [];
