// The kinds of matrix products of large networks, as data.

import type { OpenedDevice } from './device.ts'
import type { KernelName } from './kernels.ts'

/**
 * The kernels of a large network's matrix products. All kinds add up every number in the same order; the compiler of a device decides
 * whether that gives the same bits (probe.ts).
 */
export interface Products {
  readonly name: 'direct' | 'quads' | 'tiled32' | 'tiled64'
  readonly forward: KernelName
  readonly inputGradient: KernelName
  readonly update: KernelName
  readonly constants: Readonly<Record<string, number>>
  /** A workgroup makes 4 x tile4 rows x tile4 vec4s. */
  readonly tile4: 8 | 16
}

/** Tiles in registers, operands from storage. */
export const DIRECT: Products = {
  name: 'direct',
  forward: 'forward',
  inputGradient: 'inputGradient',
  update: 'update',
  constants: {},
  tile4: 16,
}

/** As those, but four invocations share what they load: for devices with the feature `subgroups`. */
const QUADS: Products = {
  name: 'quads',
  forward: 'forwardQuads',
  inputGradient: 'inputGradientQuads',
  update: 'updateQuads',
  constants: {},
  tile4: 16,
}

const tiled = (name: Products['name'], side: 8 | 16): Products => ({
  name,
  forward: 'forwardTiled',
  inputGradient: 'inputGradientTiled',
  update: 'updateTiled',
  constants: { SIDE: side },
  tile4: side,
})

/** Operands by way of workgroup memory, in tiles of 32 x 32 or 64 x 64 numbers. */
const TILED: readonly Products[] = [tiled('tiled32', 8), tiled('tiled64', 16)]

/** All kinds a device can execute. */
export const productsOn = ({ subgroups }: OpenedDevice): readonly Products[] => [DIRECT, ...(subgroups ? [QUADS] : []), ...TILED]

/** Where quads were found to give the bits of the direct ones, in less time: bench/NOTES.md. */
const MEASURED = /swiftshader|llvmpipe|lavapipe/i

/** Of a software adapter, whose identity alone decides. */
export const softwareProducts = ({ name, subgroups }: OpenedDevice): Products => (subgroups && MEASURED.test(name) ? QUADS : DIRECT)
