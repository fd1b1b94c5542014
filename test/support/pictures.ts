// Small pictures as files, for tests.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A picture of 24 bits as BMP. @param colorOf red, green and blue of a pixel, from 0 to 255 */
export function bmp(size: number, colorOf: (x: number, y: number) => readonly [number, number, number]): Uint8Array<ArrayBuffer> {
  const stride = Math.ceil((3 * size) / 4) * 4
  const bytes = new Uint8Array(54 + stride * size)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x424d)
  view.setUint32(2, bytes.length, true)
  view.setUint32(10, 54, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, size, true)
  // Above 0: the last row comes first.
  view.setInt32(22, size, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 24, true)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [red, green, blue] = colorOf(x, y)
      bytes.set([blue, green, red], 54 + (size - 1 - y) * stride + 3 * x)
    }
  }
  return bytes
}

/** Numbers from 0 to 1, the same every time (Marsaglia's xorshift, 2003). */
export function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Stripes that lie or stand, anywhere and in noise: no straight line through pixels tells them apart. */
export function stripes(lying: boolean, draw: () => number, size = 16): Uint8Array<ArrayBuffer> {
  const phase = Math.floor(draw() * 4)
  return bmp(size, (x, y) => {
    const bright = ((lying ? y : x) + phase) % 4 < 2 ? 190 : 60
    const grey = Math.round(Math.min(255, Math.max(0, bright + 90 * (draw() - 0.5))))
    return [grey, grey, grey]
  })
}

/** A folder with a folder of pictures for each class. @param make a picture of a class */
export async function writeFolder(
  folder: string,
  classes: readonly string[],
  count: number,
  make: (label: number) => Uint8Array,
): Promise<string[]> {
  const paths: string[] = []
  for (const [label, name] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true })
    for (let i = 0; i < count; i++) {
      const path = join(folder, name, `${i}.bmp`)
      await writeFile(path, make(label))
      paths.push(path)
    }
  }
  return paths
}
