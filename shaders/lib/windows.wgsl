// Where windows lie in images: counted in cells of an image, down and across; a sequence is an image of one row.

// The first cell of the window of an output place; it may lie outside of the image.
fn corner_of(place: u32) -> vec2i {
  let at = vec2u(place / layer.outColumns, place % layer.outColumns) * vec2u(layer.strideY, layer.strideX);
  return vec2i(at) - vec2i(i32(layer.top), i32(layer.left));
}

// Cell k of a window, as a place in its image; NONE outside of it.
fn cell_of(corner: vec2i, k: u32) -> u32 {
  let at = corner + vec2i(i32(k / layer.width * layer.dilationY), i32(k % layer.width * layer.dilationX));
  if (at.x < 0 || at.x >= i32(layer.imageRows) || at.y < 0 || at.y >= i32(layer.columns)) { return NONE; }
  return u32(at.x) * layer.columns + u32(at.y);
}

// Whether a mean over steps counts a cell of row b: not where its token is 0.
fn counts(base: u32, b: u32, cell: u32) -> bool {
  if (layer.kind != LAYER_KIND_GLOBAL_AVERAGE_POOLING1D || layer.mask == NONE) { return true; }
  return scratch[base + layer.mask + b * layer.mask4 + cell / 4u][cell % 4u] != 0.0;
}

// The output place whose window has the image's cell as its cell k; NONE where no window has.
fn output_of(cell: u32, k: u32) -> u32 {
  let at = vec2i(i32(cell / layer.columns + layer.top), i32(cell % layer.columns + layer.left))
    - vec2i(i32(k / layer.width * layer.dilationY), i32(k % layer.width * layer.dilationX));
  if (at.x < 0 || at.y < 0) { return NONE; }
  let here = vec2u(at);
  if (here.x % layer.strideY != 0u || here.y % layer.strideX != 0u) { return NONE; }
  let place = vec2u(here.x / layer.strideY, here.y / layer.strideX);
  if (place.x >= layer.positions / layer.outColumns || place.y >= layer.outColumns) { return NONE; }
  return place.x * layer.outColumns + place.y;
}
