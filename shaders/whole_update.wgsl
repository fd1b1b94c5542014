// Moves, along the gradient kept in `state`, the tensors of members that need the whole one first, and those of layers whose kind has no update of its own:
// lib/whole.wgsl.

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let m = runners[group.z];
  let member = members[m];
  let l = group.y;
  let it = tensor_of(layerTable[l], memberLayers[m * shape.layers + l], group.x == 1u);
  if (!it.trained || (member.whole == 0u && layerTable[l].kind == LAYER_KIND_DENSE)) { return; }
  if (OPTIMIZER != ANY_OPTIMIZER && member.optimizer != OPTIMIZER) { return; }
  let place = step.slot * step.runners + group.z;
  let more = scalars[shape.more + place];
  if (more.x == 0.0) { return; }
  home = m * shape.state4;
  var all = 0.0;
  if (member.globalClipNorm > 0.0) {
    for (var t = 0u; t < 2u * shape.layers; t++) { all += state[home + shape.lengths + t].x; }
  }
  move_tensor(thread, it, state[home + shape.lengths + l * 2u + group.x].x, all, member, scalars[place], more);
}
