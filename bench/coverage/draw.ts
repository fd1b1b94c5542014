/** Random numbers of a simulation, quick ones: a world has a hundred thousand. */

export interface Draw {
  /** 0 <= x < 1 */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** 0 … count - 1 */
  index(count: number): number
}

/** By sfc32 of PractRand (Chris Doty-Humphrey): mulberry32, whose streams are places on one circle, gave a set in a thousand that lay five standard errors off. */
export function drawOf(seed: number): Draw {
  let [a, b, c, count] = [seed | 0, Math.imul(seed + 1, 0x9e3779b1), 0x2545f491, 1]
  const word = (): number => {
    const sum = (((a + b) | 0) + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The first words still show the seed.
  for (let i = 0; i < 20; i++) word()
  const uniform = (): number => word() / 2 ** 32
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    index: (most) => Math.floor(uniform() * most),
  }
}
