// The losses that are formed from outputs, or from the sums of a focal one: all but the three of lib/loss.wgsl. Formulas: src/core/losses.ts. A pipeline
// knows one.

// Of one output: its part of the row's loss, and the derivative of that by the output.
struct Part {
  loss: f32,
  slope: f32,
}

// log(1 + x), x above -1: the series where 1 + x would lose the digits of x.
fn log_of_one_and(x: f32) -> f32 {
  let series = x * (1.0 - x * (1.0 / 2.0 - x * (1.0 / 3.0 - x * (1.0 / 4.0 - x * (1.0 / 5.0)))));
  return select(log(1.0 + x), series, abs(x) < 0.03);
}

// The logarithm of the hyperbolic cosine: near 0 the series, far from it no overflow.
fn log_cosh(e: f32) -> f32 {
  let square = e * e;
  let series = square * (0.5 - square * (1.0 / 12.0 - square / 45.0));
  return select(abs(e) + log(0.5 + 0.5 * exp(-2.0 * abs(e))), series, square < 0.01);
}

fn power(x: f32, exponent: f32) -> f32 { return select(pow(x, exponent), 1.0, exponent == 0.0); }

fn part_of(given: f32, p: f32) -> Part {
  let y = smoothed(given);
  let e = y - p;
  if (LOSS == LOSS_MEAN_ABSOLUTE_ERROR) { return Part(abs(e), -sign(e)); }
  if (LOSS == LOSS_MEAN_ABSOLUTE_PERCENTAGE_ERROR) {
    let scale = 100.0 / max(abs(y), EPSILON);
    return Part(scale * abs(e), -scale * sign(e));
  }
  if (LOSS == LOSS_MEAN_SQUARED_LOGARITHMIC_ERROR) {
    let kept = max(p, EPSILON);
    // log(1 + y) - log(1 + p)
    let d = log_of_one_and((max(y, EPSILON) - kept) / (1.0 + kept));
    return Part(d * d, select(0.0, -2.0 * d / (1.0 + kept), p > EPSILON));
  }
  if (LOSS == LOSS_HUBER) {
    let small = abs(e) <= LOSS_PARAMETER;
    return Part(
      select(LOSS_PARAMETER * (abs(e) - 0.5 * LOSS_PARAMETER), 0.5 * e * e, small),
      select(-LOSS_PARAMETER * sign(e), -e, small),
    );
  }
  if (LOSS == LOSS_LOG_COSH) {
    let x = expm1(vec4f(-2.0 * abs(e))).x;
    return Part(log_cosh(e), sign(e) * x / (2.0 + x));
  }
  if (LOSS == LOSS_POISSON) { return Part(p - y * log(p + EPSILON), 1.0 - y / (p + EPSILON)); }
  if (LOSS == LOSS_QUANTILE) {
    return Part(max(LOSS_PARAMETER * e, (LOSS_PARAMETER - 1.0) * e), select(select(0.0, 1.0 - LOSS_PARAMETER, e < 0.0), -LOSS_PARAMETER, e > 0.0));
  }
  if (LOSS == LOSS_HINGE) { return Part(max(0.0, 1.0 - y * p), select(0.0, -y, y * p < 1.0)); }
  if (LOSS == LOSS_SQUARED_HINGE) {
    let excess = max(0.0, 1.0 - y * p);
    return Part(excess * excess, -2.0 * excess * y);
  }
  if (LOSS == LOSS_KULLBACK_LEIBLER_DIVERGENCE) {
    let t = clamp(y, EPSILON, 1.0);
    let q = clamp(p, EPSILON, 1.0);
    return Part(t * log(t / q), select(0.0, -t / q, q == p));
  }
  let q = clamp(p, EPSILON, ONE_LESS_EPSILON);
  let inside = q == p;
  if (LOSS == LOSS_CATEGORICAL_FOCAL_CROSSENTROPY) {
    let rest = power(1.0 - q, GAMMA);
    let fall = GAMMA * power(1.0 - q, GAMMA - 1.0) * log(q);
    return Part(-LOSS_PARAMETER * rest * y * log(q), select(0.0, LOSS_PARAMETER * y * (fall - rest / q), inside));
  }
  if (LOSS == LOSS_BINARY_FOCAL_CROSSENTROPY) {
    // 1 - p_t, written so that nothing cancels.
    let wrong = y * (1.0 - q) + (1.0 - y) * q;
    let entropy = -y * log(q) - (1.0 - y) * log(1.0 - q);
    let share = select(1.0, y * LOSS_PARAMETER + (1.0 - y) * (1.0 - LOSS_PARAMETER), BALANCED);
    let rest = power(wrong, GAMMA);
    let fall = -GAMMA * power(wrong, GAMMA - 1.0) * (2.0 * y - 1.0);
    return Part(share * rest * entropy, select(0.0, share * (fall * entropy + rest * ((1.0 - y) / (1.0 - q) - y / q)), inside));
  }
  return Part(0.0, 0.0); // Of no loss: test/house/kinds.test.ts looks for each of them here.
}

// -sum y p / (|y| |p|), lengths at least 1e-6.
fn cosine(own: MemberLayer, row: u32, z: u32, d: u32, scale: f32, training: bool) -> f32 {
  var products = Sum(0.0, 0.0);
  var targetSquares = Sum(0.0, 0.0);
  var squares = Sum(0.0, 0.0);
  for (var o = 0u; o < shape.outputs; o++) {
    let y = target_of(row, o);
    let p = number(z + o);
    add_to(&products, o, y * p);
    add_to(&targetSquares, o, y * y);
    add_to(&squares, o, p * p);
  }
  let byTargets = inverseSqrt(max(total_of(targetSquares), 1e-12));
  let byOutputs = inverseSqrt(max(total_of(squares), 1e-12));
  let value = -total_of(products) * byTargets * byOutputs;
  let pull = select(0.0, value * byOutputs * byOutputs, total_of(squares) > 1e-12);
  if (training) {
    for (var o = 0u; o < shape.outputs; o++) {
      let p = number(z + o);
      let slope = -target_of(row, o) * byTargets * byOutputs - pull * p;
      set_number(d + o, scale * slope * output_derivative(own, p, number(d + o)));
    }
  }
  return value;
}

// max(0, 1 + max((1 - y) p) - sum y p), the inner maximum over all outputs, the true class's 0 among them.
fn categorical_hinge(own: MemberLayer, row: u32, z: u32, d: u32, scale: f32, training: bool) -> f32 {
  var chosen = Sum(0.0, 0.0);
  var other = (1.0 - target_of(row, 0u)) * number(z);
  var highest = 0u;
  for (var o = 0u; o < shape.outputs; o++) {
    let y = target_of(row, o);
    add_to(&chosen, o, y * number(z + o));
    let rest = (1.0 - y) * number(z + o);
    if (rest > other) {
      other = rest;
      highest = o;
    }
  }
  let value = max(0.0, 1.0 + other - total_of(chosen));
  if (training) {
    for (var o = 0u; o < shape.outputs; o++) {
      let y = target_of(row, o);
      let slope = select(0.0, select(0.0, 1.0 - y, o == highest) - y, value > 0.0);
      set_number(d + o, scale * slope * output_derivative(own, number(z + o), number(d + o)));
    }
  }
  return value;
}

// Means, then as many logarithms of variances.
fn gaussian(own: MemberLayer, row: u32, z: u32, d: u32, scale: f32, training: bool) -> f32 {
  let half = shape.outputs / 2u;
  let share = scale / f32(half);
  var total = Sum(0.0, 0.0);
  for (var o = 0u; o < half; o++) {
    let p = number(z + o);
    let v = number(z + half + o);
    let e = target_of(row, o) - p;
    let inverse = exp(-v);
    add_to(&total, o, 0.5 * (v + e * e * inverse));
    if (training) {
      set_number(d + o, -share * e * inverse * output_derivative(own, p, number(d + o)));
      set_number(d + half + o, share * 0.5 * (1.0 - e * e * inverse) * output_derivative(own, v, number(d + half + o)));
    }
  }
  return total_of(total) / f32(half);
}

// A focal cross-entropy of the softmax of the outputs, which stay sums.
fn through_softmax(row: u32, z: u32, d: u32, scale: f32, training: bool) -> f32 {
  let n = shape.outputs;
  let largest = largest_of(z, n);
  let total = exponentials_of(z, n, largest);
  var losses = Sum(0.0, 0.0);
  var mean = Sum(0.0, 0.0);
  for (var o = 0u; o < n; o++) {
    let p = exp(number(z + o) - largest) / total;
    let part = part_of(target_of(row, o), p);
    add_to(&losses, o, part.loss);
    add_to(&mean, o, part.slope * p);
  }
  if (training) {
    for (var o = 0u; o < n; o++) {
      let p = exp(number(z + o) - largest) / total;
      set_number(d + o, scale * p * (part_of(target_of(row, o), p).slope - total_of(mean)));
    }
  }
  return total_of(losses);
}

// The loss of row `row` of the data; in training its deltas, from number d: those by the sums, or by the outputs of an activation of whole rows.
fn row_loss(own: MemberLayer, row: u32, z: u32, d: u32, scale: f32, training: bool) -> f32 {
  if (LOSS == LOSS_COSINE_SIMILARITY) { return cosine(own, row, z, d, scale, training); }
  if (LOSS == LOSS_CATEGORICAL_HINGE) { return categorical_hinge(own, row, z, d, scale, training); }
  if (LOSS == LOSS_GAUSSIAN_LIKELIHOOD) { return gaussian(own, row, z, d, scale, training); }
  if (LOSS == LOSS_CATEGORICAL_FOCAL_CROSSENTROPY && LOGITS) { return through_softmax(row, z, d, scale, training); }
  var share = 1.0 / f32(shape.outputs);
  if (LOSS == LOSS_KULLBACK_LEIBLER_DIVERGENCE || LOSS == LOSS_CATEGORICAL_FOCAL_CROSSENTROPY) { share = 1.0; }
  var losses = Sum(0.0, 0.0);
  for (var o = 0u; o < shape.outputs; o++) {
    var p = number(z + o);
    if (LOGITS) { p = sigmoid(vec4f(p)).x; }
    let part = part_of(target_of(row, o), p);
    add_to(&losses, o, part.loss);
    if (training) {
      var slope = output_derivative(own, p, number(d + o));
      if (LOGITS) { slope = p * (1.0 - p); }
      set_number(d + o, scale * share * part.slope * slope);
    }
  }
  return total_of(losses) * share;
}

// 1 or 0 for a categorical loss (the first of equal outputs is the answer), the part of right outputs for a binary one.
fn right_of(row: u32, z: u32) -> f32 {
  if (TASK == TASK_REGRESSION) { return 0.0; }
  var right = 0.0;
  var best = 0u;
  var bestTarget = 0u;
  for (var o = 0u; o < shape.outputs; o++) {
    if (number(z + o) > number(z + best)) { best = o; }
    if (target_of(row, o) > target_of(row, bestTarget)) { bestTarget = o; }
    right += select(0.0, 1.0, (number(z + o) > select(0.5, 0.0, LOGITS)) == (target_of(row, o) > 0.5));
  }
  return select(right / f32(shape.outputs), select(0.0, 1.0, best == bestTarget), TASK == TASK_CATEGORICAL);
}
