// How the parameters of a small network move, each along its own gradient.

fn move_all(thread: u32, m: u32, member: Member, place: u32) {
  let scalars = numbers[place];
  for (var i = thread; i < shape.parameters4; i += THREADS) {
    optimize(i, home + shape.parameters4 + i, scratch[shape.scratch4 + i], member, scalars);
  }
}
