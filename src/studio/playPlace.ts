/** Where play mode is: apart from its settings, for the page knows this before anybody plays. */

/** The beginning of the address of play mode. */
export const PLAY = '#play'
export const isPlay = (hash: string): boolean => hash === PLAY || hash.startsWith(`${PLAY}?`)
