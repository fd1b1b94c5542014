// Gathers the gradients of members that need the whole one, and measures it tensor by tensor: lib/whole.wgsl.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let m = runners[group.z];
  let member = members[m];
  let l = group.y;
  let it = tensor_of(layerTable[l], memberLayers[m * shape.layers + l], group.x == 1u);
  if (member.whole == 0u || !it.trained) { return; }
  home = m * shape.state4;
  let more = scalars[shape.more + step.slot * step.runners + group.z];
  gather_gradient(thread, it, member, more.x != 0.0);
  let length = squared_length(thread, it);
  if (thread > 0u) { return; }
  state[home + shape.lengths + l * 2u + group.x] = vec4f(length);
}
