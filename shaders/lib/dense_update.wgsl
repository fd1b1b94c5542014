// What dense_update_8x8 and dense_update_tiled share: what they read and write, and what becomes of a gradient.

@group(1) @binding(0) var<storage, read_write> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> scratch: array<vec4f>;
@group(1) @binding(2) var<storage, read> scalars: array<vec4f>; // (steps of the slice, runners)

fn slot(i: u32) -> vec4f { return state[i]; }
fn set_slot(i: u32, value: vec4f) { state[i] = value; }

// Members of the other sort, and of other optimizers, are left to other pipelines.
fn is_mine(member: Member) -> bool {
  return member.whole == u32(WHOLE) && (OPTIMIZER == ANY_OPTIMIZER || member.optimizer == OPTIMIZER);
}

fn apply(g: vec4f, at: u32, member: Member, numbers: vec4f) {
  if (WHOLE) {
    state[at + shape.gradients] = g;
  } else {
    optimize(at, at + shape.parameters4, g, member, numbers);
  }
}

fn move_weights(g: vec4f, at: u32, own: MemberLayer, member: Member, numbers: vec4f) {
  let w = state[at];
  apply(g + own.l1 * sign(w) + 2.0 * own.l2 * w, at, member, numbers);
}

fn move_biases(g: vec4f, at: u32, it: Layer, member: Member, numbers: vec4f) {
  if ((it.trained & 2u) != 0u) { apply(g, at, member, numbers); }
}

// The layer of tile `number` of 64 x 64 weights.
fn layer_of(number: u32) -> u32 {
  var l = 0u;
  while (l + 1u < shape.layers && number >= layerTable[l + 1u].tiles) { l++; }
  return l;
}
