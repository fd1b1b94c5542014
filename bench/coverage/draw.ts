/** Random numbers of a simulation, quick ones: a world has a hundred thousand. */

export interface Draw {
  /** 0 <= x < 1 */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** 0 … count - 1 */
  index(count: number): number
}

/** By mulberry32 (Tommy Ettinger, 2017). */
export function drawOf(seed: number): Draw {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    index: (count) => Math.floor(uniform() * count),
  }
}
