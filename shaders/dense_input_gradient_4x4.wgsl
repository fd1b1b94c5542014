// deltas below (rows, inputs4) = deltas (rows, units) * transpose of kernel, times the derivative of the layer below at its outputs, and
// its dropout's factors. An invocation makes 4 rows x 4 inputs. Dispatch: (inputs4 / 8, rows / 32, runners).
// The kernel's padding rows and columns are 0, so the deltas' padding is 0.

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> scratch: array<vec4f>;

fn finish(sum: vec4f, below: Layer, own: MemberLayer, m: u32, row: u32, block: u32, outputs: u32, at: u32) {
  var delta = sum * derivative(own.activation, scratch[outputs] * own.keep, own.parameter);
  if (own.threshold > 0u) { delta *= dropout_factors(below, own, members[m].seed, step, row, block); }
  scratch[at] = delta;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let block = id.x;
  let row = id.y * 4u;
  if (block >= layer.inputs4 || row >= step.rows) { return; }
  let m = runners[id.z];
  let base = m * shape.scratch4;
  let n4 = layer.units4;
  let k4 = layer.inputs4;
  var d = base + layer.deltas + row * n4;
  var w = m * shape.state4 + layer.kernel + block * 4u * n4;
  var c0 = vec4f(0.0);
  var c1 = vec4f(0.0);
  var c2 = vec4f(0.0);
  var c3 = vec4f(0.0);
  for (var n = 0u; n < n4; n++) {
    let w0 = state[w];
    let w1 = state[w + n4];
    let w2 = state[w + 2u * n4];
    let w3 = state[w + 3u * n4];
    let d0 = scratch[d];
    let d1 = scratch[d + n4];
    let d2 = scratch[d + 2u * n4];
    let d3 = scratch[d + 3u * n4];
    c0 += vec4f(dot(d0, w0), dot(d0, w1), dot(d0, w2), dot(d0, w3));
    c1 += vec4f(dot(d1, w0), dot(d1, w1), dot(d1, w2), dot(d1, w3));
    c2 += vec4f(dot(d2, w0), dot(d2, w1), dot(d2, w2), dot(d2, w3));
    c3 += vec4f(dot(d3, w0), dot(d3, w1), dot(d3, w2), dot(d3, w3));
    d += 1u;
    w += 1u;
  }
  var below = layer; // what dropout_factors reads of the layer below
  below.units4 = layer.inputs4;
  below.index = layer.index - 1u;
  let own = memberLayers[m * shape.layers + below.index];
  let outputs = base + layer.source + row * k4 + block;
  let at = base + layer.below + row * k4 + block;
  finish(c0, below, own, m, row, block, outputs, at);
  finish(c1, below, own, m, row + 1u, block, outputs + k4, at + k4);
  finish(c2, below, own, m, row + 2u, block, outputs + 2u * k4, at + 2u * k4);
  finish(c3, below, own, m, row + 3u, block, outputs + 3u * k4, at + 3u * k4);
}
