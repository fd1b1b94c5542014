// What the templates of products share: lists of lines, and the registers of a tile.

/** @param {readonly string[]} items */
export const lines = (items) => items.join('\n')
/**
 * @param {number} n
 * @param {(i: number) => string} make
 */
export const count = (n, make) => Array.from({ length: n }, (_, i) => make(i))
/** @param {number} i @param {string} step */
export const steps = (i, step) => (i === 0 ? '' : i === 1 ? ` + ${step}` : ` + ${i}u * ${step}`)

export const ZERO = 'vec4f(0.0)'
/** Sixteen sums, of eight rows a left and a right vec4: the order that `across_of` and `down_of` of lib/quads.wgsl know. */
export const SIXTEEN = `array<vec4f, 16>(${count(8, (i) => `l${i}, r${i}`).join(', ')})`
export const FOUR = 'array<vec4f, 4>(s0, s1, s2, s3)'
/** @param {string} left @param {string} right */
export const sixteen = (left, right) => lines(count(8, (i) => `  var l${i} = ${left};\n  var r${i} = ${right};`))
/** @param {string} start */
export const four = (start) => lines(count(4, (i) => `  var s${i} = ${start};`))

export const LOOP = '  // A loop for the reason in dense_forward_8x8.'
export const QUADS = 'loads shared by quads: lib/quads.wgsl. Dispatched as that.'
/** @param {string} name @param {string} more */
export const sameSums = (name, more) => `// ${name}'s sums, number by number in the same order, with ${more}`
