// Written by shaders/generate.mjs. Do not edit.
// dense_update_8x8's sums, number by number in the same order, with loads shared by quads: lib/quads.wgsl. Dispatched as that.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) index: u32) {
  let number = group.y * groups.x + group.x;
  let l = layer_of(number);
  let it = layerTable[l];
  let tile = number - it.tiles;
  let n4 = it.units4;
  let k4 = it.inputs4;
  let across = (n4 + 15u) / 16u;
  let blocks = blocks_of(index, tile % across * 16u, tile / across * 16u);
  if (blocks.quadAcross >= n4 || blocks.quadDown >= k4) { return; }
  let m = runners[group.z];
  if (!is_mine(members[m])) { return; }
  // Past the end the last is read, and not written.
  var d = m * shape.scratch4 + it.deltas + min(blocks.across, n4 - 1u);
  var a = m * shape.scratch4 + it.source + min(blocks.down, k4 - 1u);
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
    let right = quadSwapY(left);
    let x = scratch[a];
    let y = quadSwapX(x);
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
  let at = m * shape.state4 + it.kernel;
  // A loop for the reason in dense_forward_8x8. Rows past the inputs, the kernel's padding, stay 0.
  var sums = array<vec4f, 16>(l0, r0, l1, r1, l2, r2, l3, r3, l4, r4, l5, r5, l6, r6, l7, r7);
  for (var i = 0u; i < 16u; i++) {
    let k = down_of(blocks, i);
    let block = across_of(blocks, i);
    if (k < it.inputs && block < n4) { move_weights(sums[i], at + k * n4 + block, own, member, numbers); }
  }
  if (min(blocks.down, blocks.otherDown) > 0u) { return; }
  let bias = m * shape.state4 + it.bias;
  if (blocks.across < n4) { move_biases(biasLeft, bias + blocks.across, it, member, numbers); }
  if (blocks.otherAcross < n4) { move_biases(biasRight, bias + blocks.otherAcross, it, member, numbers); }
}
