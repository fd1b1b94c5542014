/** Where features of a number are written. */

/** float64 as they are, float32 rounded. */
export type Features = Float64Array | Float32Array | number[]
