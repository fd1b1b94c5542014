// Written by shaders/generate.mjs. Do not edit.
// A dense layer's products in a small network (small_network.wgsl). Loops end at their foot for the reason given there.

fn forward(thread: u32, m: u32, l: u32, seed: u32, batch: Step) {
  let it = layerTable[l];
  let own = memberLayers[m * shape.layers + l];
  let n4 = it.units4;
  let k4 = it.inputs4;
  let tiles = n4 * ((batch.rows + 3u) / 4u);
  var i = thread;
  loop {
    if (i < tiles) {
      let block = i % n4;
      let row = i / n4 * 4u;
      var a = it.source + row * k4;
      var w = it.kernel + block;
      let bias = state[it.bias + block];
      var y0 = bias;
      var y1 = bias;
      var y2 = bias;
      var y3 = bias;
      var k = 0u;
      loop {
        let kernel = mat4x4f(state[w], state[w + n4], state[w + 2u * n4], state[w + 3u * n4]);
        y0 += kernel * scratch[a];
        y1 += kernel * scratch[a + k4];
        y2 += kernel * scratch[a + 2u * k4];
        y3 += kernel * scratch[a + 3u * k4];
        a++;
        w += 4u * n4;
        k++;
        continuing { break if k >= k4; }
      }
      var y = array(y0, y1, y2, y3);
      let at = it.outputs + row * n4 + block;
      var j = 0u;
      loop {
        var out = activate(own.activation, y[j], own.parameter);
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
        if (CELLS) { if (finished_later(own.activation)) { scratch[at + it.deltas - it.outputs + j * n4] = slope; } }
        j++;
        continuing { break if j >= 4u; }
      }
    }
    i += THREADS;
    continuing { break if i >= tiles; }
  }
}

// The deltas of the layer below l.
fn spread(thread: u32, m: u32, l: u32, seed: u32, batch: Step) {
  let it = layerTable[l];
  var below = layerTable[l - 1u];
  let own = memberLayers[m * shape.layers + l - 1u];
  let n4 = it.units4;
  let k4 = it.inputs4;
  let tiles = k4 * ((batch.rows + 3u) / 4u);
  var i = thread;
  loop {
    if (i < tiles) {
      let block = i % k4;
      let row = i / k4 * 4u;
      var d = it.deltas + row * n4;
      var w = it.kernel + block * 4u * n4;
      var y0 = vec4f(0.0);
      var y1 = vec4f(0.0);
      var y2 = vec4f(0.0);
      var y3 = vec4f(0.0);
      var n = 0u;
      loop {
        let kernel = mat4x4f(state[w], state[w + n4], state[w + 2u * n4], state[w + 3u * n4]);
        y0 += scratch[d] * kernel;
        y1 += scratch[d + n4] * kernel;
        y2 += scratch[d + 2u * n4] * kernel;
        y3 += scratch[d + 3u * n4] * kernel;
        d++;
        w++;
        n++;
        continuing { break if n >= n4; }
      }
      var y = array(y0, y1, y2, y3);
      let at = row * k4 + block;
      var j = 0u;
      loop {
        var delta = y[j] * derivative(own.activation, scratch[it.source + at + j * k4] * own.keep, own.parameter);
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
        scratch[it.below + at + j * k4] = delta;
        j++;
        continuing { break if j >= 4u; }
      }
    }
    i += THREADS;
    continuing { break if i >= tiles; }
  }
}

// The gradients of layer l.
fn gather_gradients(thread: u32, m: u32, l: u32, batch: Step) {
  let it = layerTable[l];
  let own = memberLayers[m * shape.layers + l];
  let n4 = it.units4;
  let k4 = it.inputs4;
  let tiles = n4 * k4;
  var i = thread;
  loop {
    if (i < tiles) {
      let block = i % n4;
      let k = i / n4;
      var d = it.deltas + block;
      var a = it.source + k;
      var g0 = vec4f(0.0);
      var g1 = vec4f(0.0);
      var g2 = vec4f(0.0);
      var g3 = vec4f(0.0);
      var bias = vec4f(0.0);
      var b = 0u;
      loop {
        let x = scratch[a];
        let delta = scratch[d];
        g0 += x.x * delta;
        g1 += x.y * delta;
        g2 += x.z * delta;
        g3 += x.w * delta;
        bias += delta;
        d += n4;
        a += k4;
        b++;
        continuing { break if b >= batch.rows; }
      }
      var g = array(g0, g1, g2, g3);
      var j = 0u;
      loop {
        // Rows of the kernel's padding stay 0.
        if (k * 4u + j < it.inputs) {
          let at = it.kernel + (k * 4u + j) * n4 + block;
          var gradient = g[j];
          if (PENALIZED) {
            let w = state[at];
            gradient += own.l1 * sign(w) + 2.0 * own.l2 * w;
          }
          scratch[shape.scratch4 + at] = gradient;
        }
        j++;
        continuing { break if j >= 4u; }
      }
      if (k == 0u) { scratch[shape.scratch4 + it.bias + block] = bias; }
    }
    i += THREADS;
    continuing { break if i >= tiles; }
  }
}
