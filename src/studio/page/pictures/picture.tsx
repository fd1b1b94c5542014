// A small picture, drawn from the bytes that a network sees.

import { useEffect, useRef } from 'preact/hooks'
import { at } from '../../../core/at.ts'
import type { PictureShape } from '../../pictures.ts'

export function Picture({ pixels, shape, label }: { readonly pixels: Uint8Array; readonly shape: PictureShape; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [height, width, channels] = shape
  useEffect(() => {
    const drawing = canvas.current?.getContext('2d')
    if (drawing === null || drawing === undefined) return
    const image = drawing.createImageData(width, height)
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = at(pixels, channels === 3 ? 3 * i + c : i)
      image.data[4 * i + 3] = 255
    }
    drawing.putImageData(image, 0, 0)
  }, [pixels, width, height, channels])
  return <canvas ref={canvas} class="pixels" width={width} height={height} role="img" aria-label={label} />
}
