import type { ReactElement } from "react";

const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5L5 15",
  search: "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.500 13.500L17 17",
  chevron: "M7 4l6 6-6 6",
  plus: "M10 4v12M4 10h12",
  trash: "M3 5.500h14M8 5.500V3h4v2.500M5 5.500l.8 11.500h8.400L15 5.500M8.500 9v5M11.500 9v5",
  up: "M10 16V4M5 9l5-5 5 5",
  down: "M10 4v12M5 11l5 5 5-5",
  play: "M6 4l10 6-10 6z",
  stop: "M5.500 5.500h9v9h-9z",
  sun: "M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600L16 16M4 16l1.400-1.400M14.600 5.400L16 4",
  moon: "M16.500 11.500A7 7 0 0 1 8.500 3.500a7 7 0 1 0 8 8z",
  auto: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 3v14M10 6.500h5.500M10 10h7M10 13.500h5.500",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  check: "M4 10.500l4 4 8-9",
  warning: "M10 3L2 17h16zM10 8.500v4M10 14.500v.5",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.500l3 1.500",
  file: "M5 2.500h6l4 4v11H5zM11 2.500v4h4",
  format: "M4 5h12M8 9h8M8 12h5M4 16h12",
} as const;

/** The name of a picture. */
export type IconName = keyof typeof PATHS;

/** A small picture in the colour of the text, for eyes alone: what it is on has a name of its own. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
