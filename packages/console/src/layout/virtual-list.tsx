import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

/** What can be done to a list from outside. */
export interface VirtualListHandle {
  /** Scrolls until a row can be seen, and gives it the focus. */
  focusRow(index: number): void;
  /** Scrolls until a row can be seen. */
  showRow(index: number): void;
}

/** What a {@link VirtualList} is made of. */
export interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** In CSS pixels; all rows have the same. */
  readonly rowHeight: number;
  /** Renders a row: one element that can have the focus. */
  readonly row: (index: number) => ReactNode;
  /** What stays the same about a row when others come and go. */
  readonly rowKey: (index: number) => string | number;
  /** Whether the list keeps to its end while it grows, unless the user has scrolled away from it. */
  readonly followEnd?: boolean;
  readonly className?: string;
  readonly onKeyDown?: (event: KeyboardEvent, index: number) => void;
  readonly ref?: Ref<VirtualListHandle>;
}

/** Rows beyond the edges that are there already, so that scrolling shows no gaps. */
const OVERSCAN = 8;

/**
 * A list that has elements only for the rows that can be seen. Arrow keys, Home, End, and Page keys move the focus from row to row.
 */
export function VirtualList(props: VirtualListProps): ReactElement {
  const { label, count, rowHeight, row, rowKey, followEnd = false, className = "", onKeyDown, ref } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const atEnd = useRef(true);
  const wanted = useRef<number | undefined>(undefined);

  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    // Whole rows only, so that scrolling by a pixel renders nothing.
    const top = Math.floor(element.scrollTop / rowHeight) * rowHeight;
    const height = Math.ceil(element.clientHeight / rowHeight) * rowHeight;
    setView((old) => (old.top === top && old.height === height ? old : { top, height }));
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: measures once, and then whenever the box changes its size
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || !followEnd || !atEnd.current) return;
    // Further than it goes: asking how far that is would lay the page out twice.
    element.scrollTop = count * rowHeight;
  }, [count, followEnd, rowHeight]);

  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const element = box.current?.querySelector<HTMLElement>(`[data-row="${wanted.current}"] :is(a,button,[tabindex])`);
    if (element === null || element === undefined) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });

  const showRow = (index: number): void => {
    const element = box.current;
    if (element === null) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
    measure();
  };
  const focusRow = (index: number): void => {
    if (count === 0) return;
    const inside = Math.max(0, Math.min(count - 1, index));
    wanted.current = inside;
    showRow(inside);
    // The row may be there already, in which case nothing is rendered.
    setView((old) => ({ ...old }));
  };
  useImperativeHandle(ref, () => ({ focusRow, showRow }));

  const handleKey = (event: KeyboardEvent): void => {
    const at = Number((event.target as HTMLElement).closest("[data-row]")?.getAttribute("data-row") ?? -1);
    if (at < 0) return;
    onKeyDown?.(event, at);
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1,
    };
    const next = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    focusRow(next);
  };

  // At its end before the scrolling has got there: else the rows would be made twice.
  const top = followEnd && atEnd.current ? Math.max(0, count * rowHeight - view.height) : view.top;
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((top + view.height) / rowHeight) + OVERSCAN);
  const rows: ReactElement[] = [];
  for (let index = first; index < last; index++) {
    rows.push(
      // biome-ignore lint/a11y/useSemanticElements: an <li> among absolutely placed siblings has no advantage over the role
      <div
        key={rowKey(index)}
        role="listitem"
        className="virtual-row"
        data-row={index}
        aria-setsize={count}
        aria-posinset={index + 1}
        style={{ top: index * rowHeight, height: rowHeight }}
      >
        {row(index)}
      </div>,
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the rows within
    <div ref={box} className={`virtual-list ${className}`} onScroll={measure} onKeyDown={handleKey}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="list" aria-label={label} className="virtual-rows" style={{ height: count * rowHeight }}>
        {rows}
      </div>
    </div>
  );
}
