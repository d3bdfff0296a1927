/** Alternate screen, no cursor, no line wrap (a net: rows are never that long), pastes in brackets. */
export const enterScreen = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h';

/**
 * CAN ends a sequence that was cut off. The margins are reset and the alternate screen is wiped before it is left,
 * because tmux 3.3a, once resized, would leave parts of it on the primary screen. `ESC [ J` from the top left wipes
 * all; `ESC [ 2 J` is kept for the redraw that somebody asked for.
 */
export const leaveScreen = '\x18\x1b[m\x1b[?2026l\x1b[r\x1b[H\x1b[J\x1b[?1049l\x1b[?2004l\x1b[?7h\x1b[?25h';

/** The terminal shows what is between these at one stroke, if it knows how (DEC 2026). */
export const beginUpdate = '\x1b[?2026h';
export const endUpdate = '\x1b[?2026l';

/** Answered by `CSI 0 n` once the terminal has read everything before it. */
export const statusQuery = '\x1b[5n';
