// Sums a batch's results and the member's penalties into `sums` (slots, runners): (loss, right, penalty, 0).
// One workgroup a member; the order of every sum is fixed. Dispatch: (1, 1, runners). PENALIZED: some member has a penalty.

@group(1) @binding(0) var<storage, read> state: array<vec4f>;
@group(1) @binding(1) var<storage, read> results: array<vec2f>; // (runners, R)
@group(1) @binding(2) var<storage, read_write> sums: array<vec4f>;

override PENALIZED: bool = false;
override RESULT_ROWS: u32 = 64u;

const THREADS: u32 = 64u;
var<workgroup> partial: array<vec4f, 64>;

fn penalty_part(m: u32, thread: u32) -> f32 {
  var total = 0.0;
  for (var l = 0u; l < shape.layers; l++) {
    let own = memberLayers[m * shape.layers + l];
    if (own.l1 == 0.0 && own.l2 == 0.0) { continue; }
    let it = layerTable[l];
    var absolute = 0.0;
    var square = 0.0;
    for (var i = thread; i < it.rows * it.units4; i += THREADS) {
      let w = state[m * shape.state4 + it.kernel + i];
      absolute += dot(abs(w), vec4f(1.0));
      square += dot(w, w);
    }
    total += own.l1 * absolute + own.l2 * square;
  }
  return total;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let m = runners[group.z];
  var mine = vec4f(0.0);
  for (var b = thread; b < step.rows; b += THREADS) {
    let result = results[group.z * RESULT_ROWS + b];
    mine += vec4f(result.x, result.y, 0.0, 0.0);
  }
  if (PENALIZED) { mine.z = penalty_part(m, thread); }
  partial[thread] = mine;
  workgroupBarrier();
  for (var half = THREADS / 2u; half > 0u; half >>= 1u) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  if (thread == 0u) { sums[step.slot * step.runners + group.z] = partial[0]; }
}
