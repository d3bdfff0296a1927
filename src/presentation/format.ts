const minute = 60;
const hour = 3600;
const day = 86_400;

/** `999`, `1,204`, `48,210`, then `1.20M`; three digits at most after the suffix begins. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) {
    return '–';
  }
  const whole = Math.round(count);
  if (Math.abs(whole) < 1_000_000) {
    return grouped(whole);
  }
  return withSuffix(whole, 1000, ['', 'k', 'M', 'G', 'T', 'P']);
}

/**
 * `4ms`, `0.31s`, `31.0s`, `2m10s`, `3h04m`, `2d03h` from seconds. A negative span comes from clocks that differ
 * between hosts and prints `~0`.
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  if (seconds < 0) {
    return '~0';
  }
  if (seconds < 0.0995) {
    return `${Math.round(seconds * 1000)}ms`;
  }
  if (seconds < 9.995) {
    return `${seconds.toFixed(2)}s`;
  }
  return seconds < 59.95 ? `${seconds.toFixed(1)}s` : longDuration(Math.round(seconds));
}

/** As `formatDuration`, with three decimals under ten seconds, so that a column of run times lines up. */
export function formatExactDuration(seconds: number): string {
  return seconds >= 0 && seconds < 9.9995 ? `${seconds.toFixed(3)}s` : formatDuration(seconds);
}

/** Whole seconds, for ages that are shown all the time: `0s`, `14s`, `3m12s`. */
export function formatAge(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  const whole = Math.max(0, Math.floor(seconds));
  return whole < minute ? `${whole}s` : longDuration(whole);
}

/** Steps so coarse that the text rarely changes: `now`, `5s`, `10s`, `20s`, `30s`, `1m`, `2m`, … `3h`, `2d`. */
export function formatCoarseAge(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return '–';
  }
  if (seconds < 5) {
    return 'now';
  }
  if (seconds < minute) {
    return `${[30, 20, 10, 5].find((step) => seconds >= step)}s`;
  }
  if (seconds < hour) {
    return `${Math.floor(seconds / minute)}m`;
  }
  return seconds < day ? `${Math.floor(seconds / hour)}h` : `${Math.floor(seconds / day)}d`;
}

/**
 * How long something runs by now, `12.4s+`. It moves once per second under a minute and once per five seconds after,
 * because each change costs a repaint.
 */
export function formatRunning(since: number, now: number): string {
  if (!Number.isFinite(since) || !Number.isFinite(now)) {
    return '–';
  }
  const elapsed = Math.max(0, Math.floor(now) - since);
  if (elapsed < 59.95) {
    return `${elapsed.toFixed(1)}s+`;
  }
  return `${longDuration(Math.floor(Math.max(minute, Math.floor(now / 5) * 5 - since)))}+`;
}

/** Two significant digits: `0.92`, `3.9`, `38`, `410`, `12k`. */
export function formatRate(perUnit: number): string {
  if (!Number.isFinite(perUnit) || perUnit < 0) {
    return '–';
  }
  if (perUnit < 0.005) {
    return '0';
  }
  const rounded = Number(perUnit.toPrecision(2));
  if (rounded < 1) {
    return rounded.toFixed(2);
  }
  if (rounded < 10) {
    return rounded.toFixed(1);
  }
  return rounded < 10_000 ? grouped(rounded) : withSuffix(rounded, 1000, ['', 'k', 'M', 'G'], 2);
}

/** `61 B`, then `55K`, `412M`, `1.2G`: for memory, in steps of 1024. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) {
    return '–';
  }
  return bytes < 1024 ? `${Math.round(bytes)} B` : withSuffix(bytes, 1024, ['', 'K', 'M', 'G', 'T'], 2);
}

/**
 * `98.7 %` of a share from 0 to 1, cut, not rounded: what is not whole never looks whole, so 0.9999 is `>99.9 %`.
 */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) {
    return '–';
  }
  const percent = Math.max(0, Math.min(1, share)) * 100;
  if (percent === 100) {
    return '100 %';
  }
  return percent > 99.9 ? '>99.9 %' : `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}

/** `1 message`, `6 messages`. Mirrors celery/utils/text.py:pluralize. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function longDuration(seconds: number): string {
  if (seconds < hour) {
    return `${Math.floor(seconds / minute)}m${twoDigits(seconds % minute)}s`;
  }
  if (seconds < day) {
    return `${Math.floor(seconds / hour)}h${twoDigits(Math.floor((seconds % hour) / minute))}m`;
  }
  const days = Math.floor(seconds / day);
  return days < 100 ? `${days}d${twoDigits(Math.floor((seconds % day) / hour))}h` : `${grouped(days)}d`;
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `1,234,567`: every digit, where somebody compares. */
export function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

function withSuffix(value: number, step: number, suffixes: readonly string[], digits = 3): string {
  let scaled = value;
  let index = 0;
  while (Math.abs(scaled) >= step - 0.5 && index < suffixes.length - 1) {
    scaled /= step;
    index += 1;
  }
  const whole = Math.floor(Math.abs(scaled)).toString().length;
  const text = scaled.toFixed(Math.max(0, digits - whole));
  return `${text}${suffixes[index]}`;
}
