// A dense layer's three products in a small network, by one workgroup: what small_network.wgsl goes through its layers with. An invocation makes tiles of
// 4 x 4 numbers, one after another.

import { count, lines, steps } from './parts.mjs'

/**
 * Every tile of an invocation, its four sums and what becomes of each.
 * @param {{ tiles: string, across: string, pointers: string, sums: string, index: string, end: string, term: string, before?: string, finish: string, after?: string }} product
 */
const tiles = ({ tiles, across, pointers, sums, index, end, term, before = '', finish, after = '' }) => `  let tiles = ${tiles};
  var i = thread;
  loop {
    if (i < tiles) {
      let block = i % ${across};
${pointers}
${sums}
      var ${index} = 0u;
      loop {
${term}
        ${index}++;
        continuing { break if ${index} >= ${end}; }
      }
${before}      var j = 0u;
      loop {
${finish}
        j++;
        continuing { break if j >= 4u; }
      }
${after}    }
    i += THREADS;
    continuing { break if i >= tiles; }
  }
}`

const kernel = '        let kernel = mat4x4f(state[w], state[w + n4], state[w + 2u * n4], state[w + 3u * n4]);'
/** @param {string} name @param {string} start */
const four = (name, start) => lines(count(4, (i) => `      var ${name}${i} = ${start};`))
const widths = `  let n4 = it.units4;
  let k4 = it.inputs4;`
const ofRows = (/** @type {string} */ across) => `${across} * ((batch.rows + 3u) / 4u)`

export const smallProducts = `// A dense layer's products in a small network (small_network.wgsl). Loops end at their foot for the reason given there.

fn forward(thread: u32, m: u32, l: u32, seed: u32, batch: Step) {
  let it = layerTable[l];
  let own = memberLayers[m * shape.layers + l];
${widths}
${tiles({
  tiles: ofRows('n4'),
  across: 'n4',
  pointers: `      let row = i / n4 * 4u;
      var a = it.source + row * k4;
      var w = it.kernel + block;
      let bias = state[it.bias + block];`,
  sums: four('y', 'bias'),
  index: 'k',
  end: 'k4',
  term: `${kernel}
${lines(count(4, (i) => `        y${i} += kernel * scratch[a${steps(i, 'k4')}];`))}
        a++;
        w += 4u * n4;`,
  before: `      var y = array(y0, y1, y2, y3);
      let at = it.outputs + row * n4 + block;
`,
  finish: `        var out = activate(own.activation, y[j], own.parameter);
        var slope = vec4f(1.0);
        if (CELLS) {
          if (finished_later(own.activation) && !is_of_rows(own.activation)) {
            let lifted = lift(own, out);
            out = lifted.value;
            slope = lifted.slope;
          }
        }
        if (DROPOUT) {
          if (own.threshold > 0u && batch.training != 0u && !(ROWS && is_of_rows(own.activation))) {
            let factors = dropout_factors(it, own, seed, batch, row + j, block);
            out *= factors;
            slope *= factors;
          }
        }
        scratch[at + j * n4] = out;
        // The derivative waits where the deltas will be.
        if (CELLS) { if (finished_later(own.activation)) { scratch[at + it.deltas - it.outputs + j * n4] = slope; } }`,
})}

// The deltas of the layer below l.
fn spread(thread: u32, m: u32, l: u32, seed: u32, batch: Step) {
  let it = layerTable[l];
  var below = layerTable[l - 1u];
  let own = memberLayers[m * shape.layers + l - 1u];
${widths}
${tiles({
  tiles: ofRows('k4'),
  across: 'k4',
  pointers: `      let row = i / k4 * 4u;
      var d = it.deltas + row * n4;
      var w = it.kernel + block * 4u * n4;`,
  sums: four('y', 'vec4f(0.0)'),
  index: 'n',
  end: 'n4',
  term: `${kernel}
${lines(count(4, (i) => `        y${i} += scratch[d${steps(i, 'n4')}] * kernel;`))}
        d++;
        w++;`,
  before: `      var y = array(y0, y1, y2, y3);
      let at = row * k4 + block;
`,
  finish: `        var delta = y[j] * derivative(own.activation, scratch[it.source + at + j * k4] * own.keep, own.parameter);
        var factors = vec4f(1.0);
        if (DROPOUT) {
          if (own.threshold > 0u) {
            factors = dropout_factors(below, own, seed, batch, row + j, block);
            delta *= factors;
          }
        }
        if (CELLS || ROWS) {
          if (finished_later(own.activation)) { delta = later_delta(own, y[j], factors, scratch[it.below + at + j * k4]); }
        }
        scratch[it.below + at + j * k4] = delta;`,
})}

// The gradients of layer l.
fn gather_gradients(thread: u32, m: u32, l: u32, batch: Step) {
  let it = layerTable[l];
  let own = memberLayers[m * shape.layers + l];
${widths}
${tiles({
  tiles: 'n4 * k4',
  across: 'n4',
  pointers: `      let k = i / n4;
      var d = it.deltas + block;
      var a = it.source + k;`,
  sums: `${four('g', 'vec4f(0.0)')}
      var bias = vec4f(0.0);`,
  index: 'b',
  end: 'batch.rows',
  term: `        let x = scratch[a];
        let delta = scratch[d];
${lines(count(4, (i) => `        g${i} += x.${'xyzw'[i]} * delta;`))}
        bias += delta;
        d += n4;
        a += k4;`,
  before: '      var g = array(g0, g1, g2, g3);\n',
  finish: `        // Rows of the kernel's padding stay 0.
        if (k * 4u + j < it.inputs) {
          let at = it.kernel + (k * 4u + j) * n4 + block;
          var gradient = g[j];
          if (PENALIZED) {
            let w = state[at];
            gradient += own.l1 * sign(w) + 2.0 * own.l2 * w;
          }
          scratch[shape.scratch4 + at] = gradient;
        }`,
  after: '      if (k == 0u) { scratch[shape.scratch4 + it.bias + block] = bias; }\n',
})}`
