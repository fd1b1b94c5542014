import type { Model } from '../../src/formats/model.ts'
import { toTfjs } from '../../src/formats/tfjs/tfjs.ts'

/** As the converter's `--quantize_uint8` and the like write weights: whole numbers between the smallest and the largest. */
export function quantized(model: Model, dtype: 'uint8' | 'uint16' | 'float16'): ReturnType<typeof toTfjs> {
  const artifacts = toTfjs(model)
  const parts: Uint8Array[] = []
  let at = 0
  const weightSpecs = artifacts.weightSpecs.map((spec) => {
    const length = spec.shape.reduce((product, size) => product * size, 1)
    const values = new Float32Array(artifacts.weightData.slice(at, at + 4 * length))
    at += 4 * length
    if (dtype === 'float16') {
      // Halves of whole numbers up to 2,048, which float16 has exactly; its bits are the upper ones of the number's.
      const bits = Uint16Array.from(values, (value) => {
        const view = new DataView(new ArrayBuffer(4))
        view.setFloat32(0, Math.fround(value))
        const whole = view.getUint32(0)
        const exponent = ((whole >>> 23) & 0xff) - 127 + 15
        return exponent <= 0 ? 0 : ((whole >>> 16) & 0x8000) | (exponent << 10) | ((whole >>> 13) & 0x3ff)
      })
      parts.push(new Uint8Array(bits.buffer))
      return { ...spec, quantization: { dtype, original_dtype: 'float32' } }
    }
    const [min, max] = [Math.min(...values), Math.max(...values)]
    const scale = (max - min) / (dtype === 'uint8' ? 255 : 65_535) || 1
    const whole = Array.from(values, (value) => Math.round((value - min) / scale))
    parts.push(dtype === 'uint8' ? Uint8Array.from(whole) : new Uint8Array(Uint16Array.from(whole).buffer))
    return { ...spec, quantization: { dtype, min, scale, original_dtype: 'float32' } }
  })
  const data = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of parts) {
    data.set(part, end)
    end += part.length
  }
  return { ...artifacts, weightSpecs, weightData: data.buffer }
}
