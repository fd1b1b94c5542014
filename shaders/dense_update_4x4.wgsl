// The weight gradients of all layers and, without writing them, the optimizer's step: one dispatch for the whole network.
// An invocation makes 4 inputs x 4 units of a layer's kernel, and of the first inputs also the biases. Gradients sum over ascending rows.
// Dispatch: (tiles of all layers, 1, runners); `layerTable` says at which tile a layer starts.

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;
@group(1) @binding(2) var<storage, read> scalars: array<vec4f>; // (steps of the slice, runners)

fn penalized(g: vec4f, w: vec4f, own: MemberLayer) -> vec4f {
  return g + own.l1 * sign(w) + 2.0 * own.l2 * w;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let number = group.y * groups.x + group.x;
  var l = 0u;
  while (l + 1u < shape.layers && number >= layerTable[l + 1u].tiles) { l++; }
  let it = layerTable[l];
  let tile = number - it.tiles;
  let across = (it.units4 + 7u) / 8u;
  let block = (tile % across) * 8u + local.x;
  let k = (tile / across) * 8u + local.y;
  if (block >= it.units4 || k >= it.inputs4) { return; }
  let m = runners[group.z];
  let n4 = it.units4;
  let k4 = it.inputs4;
  var d = m * shape.scratch4 + it.deltas + block;
  var a = m * shape.scratch4 + it.source + k;
  var c0 = vec4f(0.0);
  var c1 = vec4f(0.0);
  var c2 = vec4f(0.0);
  var c3 = vec4f(0.0);
  var cb = vec4f(0.0);
  for (var row = 0u; row < step.rows; row++) {
    let delta = scratch[d];
    let x = scratch[a];
    c0 += x.x * delta;
    c1 += x.y * delta;
    c2 += x.z * delta;
    c3 += x.w * delta;
    cb += delta;
    d += n4;
    a += k4;
  }
  let member = members[m];
  let own = memberLayers[m * shape.layers + l];
  let numbers = scalars[step.slot * step.runners + group.z];
  let at = m * shape.state4 + it.kernel + k * 4u * n4 + block;
  let left = it.inputs - k * 4u; // the kernel's padding rows stay 0
  optimize(at, penalized(c0, state[at], own), member, numbers);
  if (left > 1u) { optimize(at + n4, penalized(c1, state[at + n4], own), member, numbers); }
  if (left > 2u) { optimize(at + 2u * n4, penalized(c2, state[at + 2u * n4], own), member, numbers); }
  if (left > 3u) { optimize(at + 3u * n4, penalized(c3, state[at + 3u * n4], own), member, numbers); }
  if (k == 0u) { optimize(m * shape.state4 + it.bias + block, cb, member, numbers); }
}
