// The order of an epoch, (members, total): the keyed permutation of src/core/random.ts. One invocation an entry.
// Dispatch: (total / 64, 1, runners).

@group(1) @binding(0) var<storage, read_write> order: array<u32>;

fn mix(x: u32) -> u32 {
  var h = x;
  h = (h ^ (h >> 16u)) * 0x85ebca6bu;
  h = (h ^ (h >> 13u)) * 0xc2b2ae35u;
  return h ^ (h >> 16u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= step.total) { return; }
  let m = runners[id.z];
  if (members[m].shuffle == 0u) {
    order[m * step.total + i] = i;
    return;
  }
  let bits = max(3u, (33u - countLeadingZeros(step.total - 1u)) >> 1u);
  let mask = (1u << bits) - 1u;
  let key = vec2u(members[m].seed, PURPOSE_SHUFFLE);
  let k = philox(vec4u(0u, 0u, step.epoch, 0u), key);
  let l = philox(vec4u(1u, 0u, step.epoch, 0u), key);
  var x = i;
  loop {
    var left = x >> bits;
    var right = x & mask;
    left ^= mix(right ^ k.x) & mask;
    right ^= mix(left ^ k.y) & mask;
    left ^= mix(right ^ k.z) & mask;
    right ^= mix(left ^ k.w) & mask;
    left ^= mix(right ^ l.x) & mask;
    right ^= mix(left ^ l.y) & mask;
    x = (left << bits) | right;
    if (x < step.total) { break; }
  }
  order[m * step.total + i] = x;
}
