// Written by shaders/generate.mjs. Do not edit.
// The weight gradients of all layers and, without writing them, the optimizer's step: one dispatch for the whole network, on a software
// adapter one for each optimizer of the population.
// An invocation makes 8 inputs x 8 units of a layer's kernel, and of the first inputs also the biases. Gradients sum over ascending rows.
// Dispatch: (tiles of all layers, 1, runners); `layerTable` says at which tile a layer starts.

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let number = group.y * groups.x + group.x;
  let l = layer_of(number);
  let it = layerTable[l];
  let tile = number - it.tiles;
  let across = (it.units4 + 15u) / 16u;
  let block = (tile % across) * 16u + local.x * 2u;
  let k = (tile / across) * 16u + local.y * 2u;
  if (block >= it.units4 || k >= it.inputs4) { return; }
  let m = runners[group.z];
  if (!is_mine(members[m])) { return; }
  let n4 = it.units4;
  let k4 = it.inputs4;
  var d = m * shape.scratch4 + it.deltas + block;
  var a = m * shape.scratch4 + it.source + k;
  var l0 = vec4f(0.0);
  var r0 = vec4f(0.0);
  var l1 = vec4f(0.0);
  var r1 = vec4f(0.0);
  var l2 = vec4f(0.0);
  var r2 = vec4f(0.0);
  var l3 = vec4f(0.0);
  var r3 = vec4f(0.0);
  var l4 = vec4f(0.0);
  var r4 = vec4f(0.0);
  var l5 = vec4f(0.0);
  var r5 = vec4f(0.0);
  var l6 = vec4f(0.0);
  var r6 = vec4f(0.0);
  var l7 = vec4f(0.0);
  var r7 = vec4f(0.0);
  var biasLeft = vec4f(0.0);
  var biasRight = vec4f(0.0);
  for (var row = 0u; row < step.rows * it.positions; row++) {
    let left = scratch[d];
    let right = scratch[d + 1u];
    let x = scratch[a];
    let y = scratch[a + 1u];
    l0 += x.x * left;
    r0 += x.x * right;
    l1 += x.y * left;
    r1 += x.y * right;
    l2 += x.z * left;
    r2 += x.z * right;
    l3 += x.w * left;
    r3 += x.w * right;
    l4 += y.x * left;
    r4 += y.x * right;
    l5 += y.y * left;
    r5 += y.y * right;
    l6 += y.z * left;
    r6 += y.z * right;
    l7 += y.w * left;
    r7 += y.w * right;
    biasLeft += left;
    biasRight += right;
    d += n4;
    a += k4;
  }
  let member = members[m];
  let own = memberLayers[m * shape.layers + l];
  let numbers = scalars[step.slot * step.runners + group.z];
  let at = m * shape.state4 + it.kernel + k * 4u * n4 + block;
  let bias = m * shape.state4 + it.bias + block;
  // A loop for the reason in dense_forward_8x8.
  var sums = array<vec4f, 16>(l0, r0, l1, r1, l2, r2, l3, r3, l4, r4, l5, r5, l6, r6, l7, r7);
  for (var i = 0u; i < 16u; i++) {
    // Rows past the inputs, the kernel's padding, stay 0.
    if (k * 4u + i / 2u < it.inputs && block + i % 2u < n4) {
      move_weights(sums[i], at + (i / 2u) * n4 + i % 2u, own, member, numbers);
    }
  }
  if (k > 0u) { return; }
  move_biases(biasLeft, bias, it, member, numbers);
  if (block + 1u < n4) { move_biases(biasRight, bias + 1u, it, member, numbers); }
}
