import type { Span } from '../../presentation/line.ts';
import { append, lineWidth } from '../../presentation/line-layout.ts';

/** A piece of the status line. */
export interface Segment {
  readonly spans: readonly Span[];
  /** What stands there instead where not everything fits, and where hardly anything does. */
  readonly shorter?: readonly [short: readonly Span[], shortest: readonly Span[]];
  /** Segments with the lowest number go first when the line is narrow; without one they never go. */
  readonly drop?: number;
}

/** The form that a segment takes at a step of dropping: whole at first, and shortest before the rate has to go. */
export function at(step: number): (segment: Segment) => Segment {
  return (segment) => {
    const shorter = segment.shorter?.[step < 2 ? 0 : 1];
    return shorter === undefined ? segment : { ...segment, spans: shorter };
  };
}

export function joined(segments: readonly Segment[], wide: boolean): Span[] {
  const spans: Span[] = [];
  append(spans, ' ', undefined);
  for (const [index, segment] of segments.entries()) {
    if (index > 0) append(spans, wide ? '   ' : '  ', undefined);
    for (const span of segment.spans) append(spans, span.text, span.tone);
  }
  return spans;
}

export function widthOf(segments: readonly Segment[], wide: boolean): number {
  return lineWidth(joined(segments, wide));
}
