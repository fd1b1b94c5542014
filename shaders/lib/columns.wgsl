// Sums over rows, four columns at a time: a workgroup's invocations take rows in turns, and their sums are added up in one order, whatever P is.
const THREADS: u32 = 64u;
var<workgroup> partial: array<vec4f, THREADS>;

fn total_of(mine: vec4f, thread: u32) -> vec4f {
  partial[thread] = mine;
  workgroupBarrier();
  for (var half = THREADS / 2u; half > 0u; half >>= 1u) {
    if (thread < half) { partial[thread] += partial[thread + half]; }
    workgroupBarrier();
  }
  let total = partial[0];
  workgroupBarrier();
  return total;
}
