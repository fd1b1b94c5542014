/** Where the features of a row are written. */

/** Float64 as they are, float32 rounded. */
export type Features = Float64Array | Float32Array | number[]
