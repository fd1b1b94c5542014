// Where the windows of a layer lie, for every kind that has any.

import { paddedGeometry, sampledGeometry } from './arrange.ts'
import { croppedGeometry } from './augment.ts'
import type { TopologyLayer } from './index.ts'
import type { Shape } from './kind.ts'
import { type Geometry, geometryOf, oneCell, wholeImage } from './window.ts'

/** Undefined for a kind without windows. */
export function layerGeometry(layer: TopologyLayer, input: Shape): Geometry | undefined {
  switch (layer.type) {
    case 'conv1d':
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'maxPooling1d':
    case 'maxPooling2d':
    case 'averagePooling1d':
    case 'averagePooling2d':
      return geometryOf(layer, input)
    case 'globalMaxPooling1d':
    case 'globalMaxPooling2d':
    case 'globalAveragePooling1d':
    case 'globalAveragePooling2d':
      return geometryOf(wholeImage(input), input)
    case 'zeroPadding2d':
    case 'cropping2d':
      return paddedGeometry(layer, input)
    case 'upSampling2d':
      return sampledGeometry(layer, input)
    case 'randomFlip':
    case 'randomTranslation':
    case 'randomRotation':
    case 'randomZoom':
      return geometryOf(oneCell(input), input)
    case 'randomCrop':
      return croppedGeometry(layer, input)
    // Of alpha: adafactor takes every row of an image for a matrix.
    case 'prelu':
      return input.length > 1 ? geometryOf(oneCell(input), input) : undefined
    default:
      return undefined
  }
}
