/** Convolutions, pooling and what puts numbers elsewhere, in float64, cell by cell from Keras's definitions. */

import { paddedGeometry } from '../../src/core/layers/arrange.ts'
import { sizeOf } from '../../src/core/layers/kind.ts'
import type { GlobalPoolingType, PoolingType } from '../../src/core/layers/pooling.ts'
import { type Geometry, geometryOf, wholeImage } from '../../src/core/layers/window.ts'
import { at } from './close.ts'
import { activate, differentiate } from './oracleActivations.ts'
import type { LayerOracle, Pass, Rows } from './oraclePass.ts'

type Convolution = 'conv1d' | 'conv2d' | 'depthwiseConv2d'

/** Calls back with every output position, and each cell of its window that lies in the image. */
function eachCell(its: Geometry, call: (place: number, window: number, cell: number) => void): void {
  const { rows, columns, outRows, outColumns, size, strides, dilation, before } = its
  for (let y = 0; y < outRows; y++)
    for (let x = 0; x < outColumns; x++)
      for (let i = 0; i < size[0]; i++)
        for (let j = 0; j < size[1]; j++) {
          const row = y * strides[0] - before[0] + i * dilation[0]
          const column = x * strides[1] - before[1] + j * dilation[1]
          if (row >= 0 && row < rows && column >= 0 && column < columns) call(y * outColumns + x, i * size[1] + j, row * columns + column)
        }
}

function bump(values: number[] | Float64Array, index: number, by: number): void {
  values[index] = at(values, index) + by
}

/** Every product of a convolution: which input times which weight goes to which output, counted in the flat row, kernel and row. */
function eachProduct(pass: Pass<Convolution>, call: (input: number, weight: number, output: number) => void): void {
  const { layer, layout } = pass
  const channels = layout.input.at(-1) ?? 1
  const units = layout.output.at(-1) ?? 1
  eachCell(geometryOf(layer, layout.input), (place, window, cell) => {
    for (let c = 0; c < channels; c++) {
      if (layer.type === 'depthwiseConv2d') {
        for (let m = 0; m < layer.depthMultiplier; m++) {
          const output = c * layer.depthMultiplier + m
          call(cell * channels + c, window * units + output, place * units + output)
        }
      } else {
        for (let f = 0; f < units; f++) call(cell * channels + c, (window * channels + c) * units + f, place * units + f)
      }
    }
  })
}

const places = ({ layout }: Pass<Convolution>): { units: number; size: number; kernel: number; bias: number | undefined } => {
  const [kernel, bias] = layout.tensors
  return { units: layout.output.at(-1) ?? 1, size: sizeOf(layout.output), kernel: kernel?.offset ?? 0, bias: bias?.offset }
}

const convolution = <K extends Convolution>(): LayerOracle<K> => ({
  forward(given) {
    const pass = given as unknown as Pass<Convolution>
    const { own, parameters, inputs } = pass
    const { units, size, kernel, bias } = places(pass)
    pass.logits = inputs.map((row) => {
      const sums = Array.from({ length: size }, (_, i) => (bias === undefined ? 0 : at(parameters, bias + (i % units))))
      eachProduct(pass, (input, weight, output) => bump(sums, output, at(row, input) * at(parameters, kernel + weight)))
      return sums
    })
    pass.outputs = pass.logits.map((row) => positions(row, units).flatMap((logits) => activate(own.activation, logits)))
  },
  backward(given, delta) {
    const pass = given as unknown as Pass<Convolution>
    const { own, layer, parameters, gradient, inputs } = pass
    const { units, kernel, bias } = places(pass)
    return delta.map((row, b) => {
      const logits = positions(pass.logits[b] ?? [], units)
      const ofSums = positions(row, units).flatMap((d, p) => differentiate(own.activation, logits[p] ?? [], d))
      const below = (inputs[b] ?? []).map(() => 0)
      eachProduct(pass, (input, weight, output) => {
        bump(below, input, at(ofSums, output) * at(parameters, kernel + weight))
        if (layer.trainable) bump(gradient, kernel + weight, at(ofSums, output) * at(inputs[b] ?? [], input))
      })
      if (layer.trainable && bias !== undefined) for (const [i, d] of ofSums.entries()) bump(gradient, bias + (i % units), d)
      return below
    })
  },
})

const positions = (row: readonly number[], width: number): number[][] =>
  Array.from({ length: row.length / width }, (_, p) => row.slice(p * width, (p + 1) * width))

/** The cells of each window of each channel, as places in the flat row, by the place of the output. */
function cellsOf({ layer, layout }: Pass<PoolingType | GlobalPoolingType>): number[][] {
  const channels = layout.input.at(-1) ?? 1
  const window = 'size' in layer ? layer : wholeImage(layout.input)
  const cells: number[][] = Array.from({ length: sizeOf(layout.output) }, () => [])
  eachCell(geometryOf(window, layout.input), (place, _, cell) => {
    for (let c = 0; c < channels; c++) cells[place * channels + c]?.push(cell * channels + c)
  })
  return cells
}

/** Of a window of row b the places that count: a mean over the steps of a sequence leaves masked ones out. */
function counted(
  { own: { type }, tokens, layout }: Pass<PoolingType | GlobalPoolingType>,
  window: readonly number[],
  b: number,
): readonly number[] {
  const mask = type === 'globalAveragePooling1d' ? tokens?.[b] : undefined
  return mask === undefined ? window : window.filter((i) => at(mask, Math.floor(i / (layout.input.at(-1) ?? 1))) !== 0)
}

const pooling = <K extends PoolingType | GlobalPoolingType>(
  value: (window: readonly number[]) => number,
  shares: (window: readonly number[]) => readonly number[],
): LayerOracle<K> => ({
  forward(given) {
    const pass = given as unknown as Pass<PoolingType | GlobalPoolingType>
    const cells = cellsOf(pass)
    pass.outputs = pass.inputs.map((row, b) => cells.map((own) => value(counted(pass, own, b).map((i) => at(row, i)))))
  },
  backward(given, delta) {
    const pass = given as unknown as Pass<PoolingType | GlobalPoolingType>
    const cells = cellsOf(pass)
    return delta.map((row, b) => {
      const x = pass.inputs[b] ?? []
      const below = x.map(() => 0)
      cells.forEach((all, o) => {
        const own = counted(pass, all, b)
        const parts = shares(own.map((i) => at(x, i)))
        own.forEach((i, n) => {
          bump(below, i, at(row, o) * at(parts, n))
        })
      })
      return below
    })
  },
})

const maximum = <K extends PoolingType | GlobalPoolingType>() =>
  pooling<K>(
    (window) => Math.max(...window),
    (window) => {
      const first = window.indexOf(Math.max(...window))
      return window.map((_, i) => Number(i === first))
    },
  )
const average = <K extends PoolingType | GlobalPoolingType>() =>
  pooling<K>(
    (window) => window.reduce((sum, x) => sum + x, 0) / window.length,
    (window) => window.map(() => 1 / window.length),
  )

/** Outputs that are inputs, or 0: `sourceOf` says which of each. */
const moving = <K extends 'reshape' | 'zeroPadding2d' | 'cropping2d' | 'upSampling2d'>(
  sourceOf: (pass: Pass<K>) => readonly number[],
): LayerOracle<K> => ({
  forward(pass) {
    const from = sourceOf(pass)
    pass.outputs = pass.inputs.map((row) => from.map((i) => (i < 0 ? 0 : at(row, i))))
  },
  backward(pass, delta): Rows {
    const from = sourceOf(pass)
    return delta.map((row, b) => {
      const below = (pass.inputs[b] ?? []).map(() => 0)
      from.forEach((i, o) => {
        if (i >= 0) bump(below, i, at(row, o))
      })
      return below
    })
  },
})

/** By output cell: the input cell it comes from, or undefined; as places of all channels. */
function channelsOf(outRows: number, outColumns: number, channels: number, cellAt: (y: number, x: number) => number | undefined): number[] {
  return Array.from({ length: outRows * outColumns }, (_, p) => cellAt(Math.floor(p / outColumns), p % outColumns)).flatMap((cell) =>
    Array.from({ length: channels }, (_, c) => (cell === undefined ? -1 : cell * channels + c)),
  )
}

export const WINDOW_ORACLES = {
  conv1d: convolution<'conv1d'>(),
  conv2d: convolution<'conv2d'>(),
  depthwiseConv2d: convolution<'depthwiseConv2d'>(),
  maxPooling1d: maximum<'maxPooling1d'>(),
  maxPooling2d: maximum<'maxPooling2d'>(),
  averagePooling1d: average<'averagePooling1d'>(),
  averagePooling2d: average<'averagePooling2d'>(),
  globalMaxPooling1d: maximum<'globalMaxPooling1d'>(),
  globalMaxPooling2d: maximum<'globalMaxPooling2d'>(),
  globalAveragePooling1d: average<'globalAveragePooling1d'>(),
  globalAveragePooling2d: average<'globalAveragePooling2d'>(),
  reshape: moving<'reshape'>(({ layout }) => Array.from({ length: sizeOf(layout.input) }, (_, i) => i)),
  zeroPadding2d: moving<'zeroPadding2d'>(({ layer, layout }) => {
    const { rows, columns, channels, outRows, outColumns, before } = paddedGeometry(layer, layout.input)
    return channelsOf(outRows, outColumns, channels, (y, x) => {
      const [row, column] = [y - before[0], x - before[1]]
      return row >= 0 && row < rows && column >= 0 && column < columns ? row * columns + column : undefined
    })
  }),
  cropping2d: moving<'cropping2d'>(({ layer, layout }) => {
    const [rows = 1, columns = 1, channels = 1] = layout.input
    const [[above, below], [left, right]] = layer.sides
    return channelsOf(rows - above - below, columns - left - right, channels, (y, x) => (y + above) * columns + x + left)
  }),
  upSampling2d: moving<'upSampling2d'>(({ layer, layout }) => {
    const [rows = 1, columns = 1, channels = 1] = layout.input
    const [down = 1, across = 1] = layer.size
    return channelsOf(rows * down, columns * across, channels, (y, x) => Math.floor(y / down) * columns + Math.floor(x / across))
  }),
} as const
