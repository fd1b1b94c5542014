// How the parameters of a small network move whose optimizer needs the gradient of the whole network first: lib/whole.wgsl, tensor by tensor, and what that
// asks for. Parts of sums lie beside the results of rows.

const PARTS: u32 = 32u;
fn part(p: u32) -> f32 { return scratch[shape.scratch4 + shape.parameters4 + p].w; }
fn set_part(p: u32, value: f32) { scratch[shape.scratch4 + shape.parameters4 + p].w = value; }
fn weight(i: u32) -> vec4f { return state[i]; }
fn set_weight(i: u32, value: vec4f) { state[i] = value; }
fn gradient(i: u32) -> vec4f { return scratch[shape.scratch4 + i]; }
fn set_gradient(i: u32, value: vec4f) { scratch[shape.scratch4 + i] = value; }
fn moment(s: u32, i: u32) -> vec4f { return states[home + (1u + s) * shape.parameters4 + i]; }
fn set_moment(s: u32, i: u32, value: vec4f) { states[home + (1u + s) * shape.parameters4 + i] = value; }

fn step_weight(i: u32, g: vec4f, member: Member, scalars: vec4f) { optimize(i, home + shape.parameters4 + i, g, member, scalars); }

fn move_all(thread: u32, m: u32, member: Member, place: u32) {
  let scalars = numbers[place];
  let more = numbers[shape.more + place];
  let results = shape.scratch4 + shape.parameters4;
  if (thread == 0u) { scratch[results].w = more.x; }
  let moves = workgroupUniformLoad(&scratch[results]).w != 0.0;
  var all = 0.0;
  for (var t = 0u; t < 2u * LAYERS; t++) {
    let it = tensor_of(layerTable[t / 2u], memberLayers[m * shape.layers + t / 2u], t % 2u == 1u);
    gather_gradient(thread, it, member, moves);
    if (member.globalClipNorm > 0.0) { all += squared_length(thread, it); }
  }
  if (!moves) { return; }
  for (var t = 0u; t < 2u * LAYERS; t++) {
    let it = tensor_of(layerTable[t / 2u], memberLayers[m * shape.layers + t / 2u], t % 2u == 1u);
    var own = 0.0;
    if (member.clipNorm > 0.0) { own = squared_length(thread, it); }
    move_tensor(thread, it, own, all, member, scalars, more);
  }
}
