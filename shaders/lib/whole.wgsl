// Updates that need the gradient of a whole tensor, or of the whole network, first: the mean of several batches' gradients, clipping, weight decay by
// tensor, lamb and adafactor (src/core/optimizers.ts has the formulas). A workgroup of THREADS invocations moves a tensor. Every sum has PARTS parts,
// which are added up in their order, so that no bit hangs on THREADS. A kernel that uses this has, by place in a member's parameters, `weight`, `gradient`,
// `moment` of a slot and what sets them, `step_weight` (lib/optimizer.wgsl's step), and `part` and `set_part` of a sum.
// `numbers` are the step's as in lib/optimizer.wgsl; of lamb's y and z make up for the moments' start, adafactor's are what is kept of the old squares
// and what is taken of the new. `more` is whether the gathered gradients move anything now, and what weight decay leaves.

struct Tensor {
  first: u32,
  end: u32,
  rows: u32, // of each gate
  columns: u32,
  columns4: u32,
  gates: u32, // its columns lie gate by gate, (gates, rows, columns4) each
  matrices: u32, // that lie one below the other
  splits: u32, // or of each row, cut into so many, a matrix of its own; 0 is none
  matrix: bool,
  trained: bool,
  decays: bool,
}

// The first or the second tensor of a layer.
fn tensor_of(it: Layer, own: MemberLayer, second: bool) -> Tensor {
  let alike = !second || (it.trained & 8u) != 0u;
  let rows = select(1u, it.rows, alike);
  let first = select(it.kernel, it.bias, second);
  let bit = select(1u, 2u, second);
  let matrix = alike && (it.trained & 4u) != 0u;
  let split = it.kind == LAYER_KIND_DEPTHWISE_CONV2D && !second;
  let matrices = select(1u, max(it.matrices, 1u), alike && !split);
  let splits = select(0u, it.inputs, split);
  return Tensor(first, first + rows * it.units4, rows / it.gates, it.units, it.units4, it.gates, matrices, splits, matrix, (it.trained & bit) != 0u, (own.undecayed & bit) == 0u);
}

// Of vec4 `i` of a tensor, the numbers that are no padding.
fn inside(i: u32, it: Tensor) -> vec4<bool> { return vec4u((i - it.first) % it.columns4 * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(it.columns); }

fn total_of_parts() -> f32 {
  workgroupBarrier();
  var total = 0.0;
  for (var p = 0u; p < PARTS; p++) { total += part(p); }
  workgroupBarrier();
  return total;
}

// Gathers a batch's gradient; where the batches of an update are there their mean takes its place. Then it is bounded.
fn gather_gradient(thread: u32, it: Tensor, member: Member, moves: bool) {
  for (var p = thread; p < PARTS; p += THREADS) {
    for (var i = it.first + p; i < it.end; i += PARTS) {
      var g = gradient(i);
      if (member.gathered > 1u) {
        let sum = moment(member.slots, i) + g;
        set_moment(member.slots, i, select(sum, vec4f(0.0), moves));
        g = sum * member.share;
      }
      if (member.clipValue > 0.0) { g = clamp(g, vec4f(-member.clipValue), vec4f(member.clipValue)); }
      set_gradient(i, g);
    }
  }
}

// Of a tensor's gradient.
fn squared_length(thread: u32, it: Tensor) -> f32 {
  for (var p = thread; p < PARTS; p += THREADS) {
    var squares = 0.0;
    for (var i = it.first + p; i < it.end; i += PARTS) { squares += dot(gradient(i), gradient(i)); }
    set_part(p, squares);
  }
  return total_of_parts();
}

// What clipping leaves of a tensor's gradient, of squared length `own`; `all` is that of the whole network.
fn clipped(own: f32, all: f32, member: Member) -> f32 {
  if (member.clipNorm > 0.0) { return min(1.0, member.clipNorm / max(sqrt(own), 1e-30)); }
  if (member.globalClipNorm > 0.0) { return min(1.0, member.globalClipNorm / max(sqrt(all), 1e-30)); }
  return 1.0;
}

fn lamb(thread: u32, it: Tensor, factor: f32, decayed: f32, member: Member, numbers: vec4f) {
  for (var p = thread; p < PARTS; p += THREADS) {
    var squares = 0.0;
    for (var i = it.first + p; i < it.end; i += PARTS) {
      let g = gradient(i) * factor;
      let first = member.beta1 * moment(0u, i) + member.restOfBeta1 * g;
      let square = member.beta2 * moment(1u, i) + member.restOfBeta2 * g * g;
      set_moment(0u, i, first);
      set_moment(1u, i, square);
      let direction = first * numbers.y / (sqrt(square * numbers.z) + member.epsilon);
      set_gradient(i, direction);
      squares += dot(direction, direction);
    }
    set_part(p, squares);
  }
  let direction = sqrt(total_of_parts());
  let length = length_of(thread, it, decayed);
  var ratio = 1.0;
  if (length > 0.0 && direction > 0.0) { ratio = length / direction; }
  for (var p = thread; p < PARTS; p += THREADS) {
    for (var i = it.first + p; i < it.end; i += PARTS) { set_weight(i, weight(i) * decayed - numbers.x * ratio * gradient(i)); }
  }
}

// Of what weight decay leaves.
fn length_of(thread: u32, it: Tensor, decayed: f32) -> f32 {
  for (var p = thread; p < PARTS; p += THREADS) {
    var squares = 0.0;
    for (var i = it.first + p; i < it.end; i += PARTS) {
      let w = weight(i) * decayed;
      squares += dot(w, w);
    }
    set_part(p, squares);
  }
  return sqrt(total_of_parts());
}

// g² + epsilon1, of padding 0.
fn floored(i: u32, it: Tensor, factor: f32, member: Member) -> vec4f {
  let g = gradient(i) * factor;
  return select(vec4f(0.0), g * g + member.epsilon1, inside(i, it));
}

// Of a matrix the means of its rows' squares stand in the first column of the first slot, those of its columns in the first row of the second.
fn gather_means(thread: u32, it: Tensor, factor: f32, member: Member, numbers: vec4f) -> f32 {
  for (var p = thread; p < PARTS; p += THREADS) {
    var means = 0.0;
    for (var row = p; row < it.rows; row += PARTS) {
      let at = it.first + row * it.columns4;
      var sum = 0.0;
      for (var g = 0u; g < it.gates; g++) {
        let start = at + g * it.rows * it.columns4;
        for (var i = start; i < start + it.columns4; i++) { sum += dot(floored(i, it, factor, member), vec4f(1.0)); }
      }
      var first = moment(0u, at);
      first.x = numbers.y * first.x + numbers.z * sum / f32(it.gates * it.columns);
      set_moment(0u, at, first);
      means += first.x;
    }
    set_part(p, means);
  }
  let total = total_of_parts();
  let height = it.rows / it.matrices;
  for (var column = thread; column < it.gates * it.matrices * it.columns4; column += THREADS) {
    let at = it.first + column / it.columns4 * height * it.columns4 + column % it.columns4;
    var sum = vec4f(0.0);
    for (var row = 0u; row < height; row++) { sum += floored(at + row * it.columns4, it, factor, member); }
    set_moment(1u, at, numbers.y * moment(1u, at) + numbers.z * sum / f32(height));
  }
  storageBarrier();
  workgroupBarrier();
  return total / f32(it.rows);
}

// Number `column` of a row of vec4s.
fn number_of(value: vec4f, column: u32) -> f32 { return value[column % 4u]; }

// Of a tensor whose rows are matrices, of (splits, columns / splits): the means stand in the row itself, those of its rows in the first slot, each in its
// first column, those of its columns in the second. An invocation takes whole rows, for neighbours share a vec4.
fn gather_split_means(thread: u32, it: Tensor, factor: f32, member: Member, numbers: vec4f) {
  let width = it.columns / it.splits;
  for (var row = thread; row < it.rows; row += THREADS) {
    let home_of_row = it.first + row * it.columns4;
    for (var i = 0u; i < it.splits; i++) {
      var sum = 0.0;
      for (var j = i * width; j < (i + 1u) * width; j++) { sum += number_of(floored(home_of_row + j / 4u, it, factor, member), j); }
      let at = home_of_row + i * width / 4u;
      var mean = moment(0u, at);
      mean[i * width % 4u] = numbers.y * mean[i * width % 4u] + numbers.z * sum / f32(width);
      set_moment(0u, at, mean);
    }
    for (var j = 0u; j < width; j++) {
      var sum = 0.0;
      for (var i = j; i < it.columns; i += width) { sum += number_of(floored(home_of_row + i / 4u, it, factor, member), i); }
      let at = home_of_row + j / 4u;
      var mean = moment(1u, at);
      mean[j % 4u] = numbers.y * mean[j % 4u] + numbers.z * sum / f32(it.splits);
      set_moment(1u, at, mean);
    }
  }
  storageBarrier();
  workgroupBarrier();
}

// What adafactor makes of the means of vec4 `i` of such a tensor.
fn split_square(i: u32, it: Tensor) -> vec4f {
  let width = it.columns / it.splits;
  let home_of_row = it.first + (i - it.first) / it.columns4 * it.columns4;
  var mean = 0.0;
  for (var k = 0u; k < it.columns; k += width) { mean += number_of(moment(0u, home_of_row + k / 4u), k); }
  mean /= f32(it.splits);
  var square = vec4f(1.0);
  for (var lane = 0u; lane < 4u; lane++) {
    let column = (i - home_of_row) * 4u + lane;
    if (column >= it.columns) { continue; }
    let row = column / width * width;
    square[lane] = number_of(moment(0u, home_of_row + row / 4u), row) / mean * number_of(moment(1u, home_of_row + column % width / 4u), column % width);
  }
  return square;
}

fn adafactor(thread: u32, it: Tensor, factor: f32, decayed: f32, member: Member, numbers: vec4f) {
  let size = f32(it.gates * it.rows * it.columns);
  let rate = numbers.x * max(member.epsilon2, length_of(thread, it, decayed) / sqrt(size));
  var mean = 1.0;
  if (it.splits > 0u) {
    gather_split_means(thread, it, factor, member, numbers);
  } else if (it.matrix) {
    mean = gather_means(thread, it, factor, member, numbers);
  }
  let of_matrix = it.rows / it.matrices * it.columns4;
  for (var p = thread; p < PARTS; p += THREADS) {
    var squares = 0.0;
    for (var i = it.first + p; i < it.end; i += PARTS) {
      var square: vec4f;
      if (it.splits > 0u) {
        square = split_square(i, it);
      } else if (it.matrix) {
        // Of a gate, or of one of several matrices: the rows of the former are those of all gates.
        let start = (i - it.first) / of_matrix * of_matrix;
        let place = i - it.first - start;
        let rows = it.first + select(start, 0u, it.gates > 1u);
        if (it.matrices > 1u) {
          mean = 0.0;
          for (var row = 0u; row < of_matrix; row += it.columns4) { mean += moment(0u, rows + row).x; }
          mean /= f32(it.rows / it.matrices);
        }
        square = moment(0u, rows + place - place % it.columns4).x / mean * moment(1u, it.first + start + place % it.columns4);
      } else {
        square = numbers.y * moment(0u, i) + numbers.z * floored(i, it, factor, member);
        set_moment(0u, i, square);
      }
      let change = select(vec4f(0.0), gradient(i) * factor / sqrt(square), inside(i, it));
      set_gradient(i, change);
      squares += dot(change, change);
    }
    set_part(p, squares);
  }
  let size_of_change = sqrt(total_of_parts() / size);
  let step_size = rate / max(1.0, size_of_change / member.clipThreshold);
  for (var p = thread; p < PARTS; p += THREADS) {
    for (var i = it.first + p; i < it.end; i += PARTS) { set_weight(i, weight(i) * decayed - step_size * gradient(i)); }
  }
}

// A tensor along its gradient, of squared length `own`; `all` is that of the whole network.
fn move_tensor(thread: u32, it: Tensor, own: f32, all: f32, member: Member, numbers: vec4f, more: vec4f) {
  let factor = clipped(own, all, member);
  let decayed = select(1.0, more.y, it.decays);
  let kind = select(OPTIMIZER, member.optimizer, OPTIMIZER == ANY_OPTIMIZER);
  if (kind == OPTIMIZER_LAMB) {
    lamb(thread, it, factor, decayed, member, numbers);
  } else if (kind == OPTIMIZER_ADAFACTOR) {
    adafactor(thread, it, factor, decayed, member, numbers);
  } else {
    for (var i = it.first + thread; i < it.end; i += THREADS) {
      set_weight(i, weight(i) * decayed);
      step_weight(i, gradient(i) * factor, member, numbers);
    }
  }
}
