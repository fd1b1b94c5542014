// Which of the builds this is. The full ones have every kind of layer; the others those of networks of dense layers, so that a page that trains
// no more than these loads no more.

/** Known while compiling (asconfig.json): what stands behind `if (FULL)` is in the full builds alone. */
export const FULL: bool = isDefined(ALL_KINDS)
