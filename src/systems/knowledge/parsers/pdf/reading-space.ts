/** How a text runs on its page: along the page's width (0), or turned clockwise by one to three quarters. */
export type QuarterTurn = 0 | 1 | 2 | 3;

/** A point; in a PDF's own space `y` grows upwards, in reading space downwards from the upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

export interface ReadingSpace {
  readonly width: number;
  readonly height: number;
  place(point: Point): Point;
}

const QUARTER = Math.PI / 2;
const TOLERANCE = 0.02;

/** @returns undefined for an oblique angle. `radians` is clockwise, from 0 to 2π. */
export function quarterTurnOf(radians: number): QuarterTurn | undefined {
  const quarters = radians / QUARTER;
  const nearest = Math.round(quarters);
  if (Math.abs(quarters - nearest) * QUARTER > TOLERANCE) return undefined;
  return (((nearest % 4) + 4) % 4) as QuarterTurn;
}

/** The space in which text of that turn reads from left to right and from top to bottom. */
export function readingSpace(page: Box, turn: QuarterTurn): ReadingSpace {
  const across = page.right - page.left;
  const along = page.top - page.bottom;
  const places: Record<QuarterTurn, (point: Point) => Point> = {
    0: ({ x, y }) => ({ x: x - page.left, y: page.top - y }),
    1: ({ x, y }) => ({ x: page.top - y, y: page.right - x }),
    2: ({ x, y }) => ({ x: page.right - x, y: y - page.bottom }),
    3: ({ x, y }) => ({ x: y - page.bottom, y: x - page.left }),
  };
  const isUpright = turn % 2 === 0;
  return { width: isUpright ? across : along, height: isUpright ? along : across, place: places[turn] };
}
