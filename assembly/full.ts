// Which of the builds this is. The full ones have every kind of layer; the others those of networks of dense layers, so that a page that trains
// no more than these loads no more.

/** Known while compiling (asconfig.json): what stands behind `if (FULL)` is in the full builds alone. */
export const FULL: bool = isDefined(ALL_KINDS)

/** Whether its tiles are of two panels (wide.ts), for engines that merge neighbouring vectors of 128 bits. */
export const WIDE: bool = isDefined(WIDE_TILES)
