// Of kernels in which four invocations, a quad, make 16 x 16 numbers: each 8 x 8 of them, of whose operands it reads half; its neighbours, which
// need the same, read the other half, and they swap. On a software adapter a load is four scalar loads with checks, a swap an instruction.
// A workgroup's quads are its invocations in order.

// In blocks of 4 numbers.
struct Blocks {
  quadAcross: u32,
  quadDown: u32,
  across: u32, // what an invocation reads
  otherAcross: u32, // what it gets by quadSwapY
  down: u32,
  otherDown: u32, // and by quadSwapX
}

// `left` and `top` are those of the workgroup's 64 x 64 numbers.
fn blocks_of(index: u32, left: u32, top: u32) -> Blocks {
  let quadAcross = left + index / 4u % 4u * 4u;
  let quadDown = top + index / 16u * 4u;
  let x = index % 2u;
  let y = index / 2u % 2u;
  let across = quadAcross + x * 2u;
  let down = quadDown + y * 2u;
  return Blocks(quadAcross, quadDown, across + y, across + 1u - y, down + x, down + 1u - x);
}

// Of the sixteen sums, own blocks before the others' in both directions: where number i is, in vec4s across and numbers down.
fn across_of(blocks: Blocks, i: u32) -> u32 { return select(blocks.otherAcross, blocks.across, i % 2u == 0u); }
fn down_of(blocks: Blocks, i: u32) -> u32 { return select(blocks.otherDown, blocks.down, i < 8u) * 4u + i / 2u % 4u; }
