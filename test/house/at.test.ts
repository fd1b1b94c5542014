import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { at, missing } from '../../src/core/at.ts'

/** An element that must be there is read by core/at.ts: `values[i] ?? 0` would go on with a made-up number where it is missing. */

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Fields of a struct that nobody gives are 0 there; past its end a file has a byte 0, which ends every cell. */
const LEFT_OUT = /^src\/(backend\/webgpu\/tables\.ts|table\/bytes\/|table\/delimited\/pass\.ts)/
const GUARD = /\]\s*\?\?\s*[01](?![\w.])/

const sources = ['src', 'assembly']
  .flatMap((folder) => readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`))
  .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !LEFT_OUT.test(path))

describe('elements that must be there', () => {
  it('have no number made up in their place', () => {
    expect(sources.length).toBeGreaterThan(500)
    const guards = sources.flatMap((path) =>
      readFileSync(`${root}${path}`, 'utf8')
        .split('\n')
        .flatMap((line, i) => (GUARD.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    )
    expect(guards).toEqual([])
  })

  it('would be found', () => {
    for (const line of ['a[i] ?? 0', 'a[i * (n + 1)] ?? 1)', 'b?.[i] ?? 0', 'f(a)[0]  ??  0']) expect(line).toMatch(GUARD)
    for (const line of ['options.x ?? 0', 'a[i] ?? 0.5', 'map.get(name) ?? 0', 'a[i] ?? []']) expect(line).not.toMatch(GUARD)
  })

  it.each([
    ['at', (values: Float64Array, i: number) => at(values, i)],
    ['?? missing', (values: Float64Array, i: number) => values[i] ?? missing(values, i)],
  ])('are read by %s, which names the place where there is none', (_, read) => {
    expect(read(Float64Array.of(3, 0), 1)).toBe(0)
    expect(() => read(Float64Array.of(3, 0), 2)).toThrow(
      new RangeError('there is no element 2 in an array of 2: this is a fault of espalier, not of what it was given'),
    )
    for (const i of [-1, 0.5, Number.NaN]) expect(() => read(Float64Array.of(3, 0), i)).toThrow(RangeError)
  })
})
