// The hot loops of the search index, built to WASM SIMD by scripts/kernel-build.sh. No libc, no allocation: every pointer is
// an offset into the instance's memory, chosen by src/kernel/wasm.ts. What is right is defined by the twin, src/kernel/twin.ts;
// results must be equal to its, bit for bit, which is why nothing here may be contracted or reassociated.
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(name)))

static inline v128_t widen_low(v128_t bytes) { return wasm_i16x8_extend_low_i8x16(bytes); }
static inline v128_t widen_high(v128_t bytes) { return wasm_i16x8_extend_high_i8x16(bytes); }

static inline int32_t sum_lanes(v128_t v) {
  return wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1) + wasm_i32x4_extract_lane(v, 2) +
         wasm_i32x4_extract_lane(v, 3);
}

// results[slots[i]] = rows[slots[i]] . query, for i below count. query holds `dimensions` int16; dimensions is a multiple of
// 16. Four rows at a time, so that each load of the query serves four.
EXPORT("dots")
void dots(const int8_t *rows, uint32_t dimensions, const int16_t *query, const uint32_t *slots, uint32_t count,
          int32_t *results) {
  uint32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const int8_t *a = rows + slots[i] * dimensions;
    const int8_t *b = rows + slots[i + 1] * dimensions;
    const int8_t *c = rows + slots[i + 2] * dimensions;
    const int8_t *d = rows + slots[i + 3] * dimensions;
    v128_t sa = wasm_i32x4_splat(0), sb = sa, sc = sa, sd = sa;
    for (uint32_t j = 0; j < dimensions; j += 16) {
      const v128_t low = wasm_v128_load(query + j), high = wasm_v128_load(query + j + 8);
      const v128_t va = wasm_v128_load(a + j), vb = wasm_v128_load(b + j);
      const v128_t vc = wasm_v128_load(c + j), vd = wasm_v128_load(d + j);
      sa = wasm_i32x4_add(sa, wasm_i32x4_dot_i16x8(widen_low(va), low));
      sb = wasm_i32x4_add(sb, wasm_i32x4_dot_i16x8(widen_low(vb), low));
      sc = wasm_i32x4_add(sc, wasm_i32x4_dot_i16x8(widen_low(vc), low));
      sd = wasm_i32x4_add(sd, wasm_i32x4_dot_i16x8(widen_low(vd), low));
      sa = wasm_i32x4_add(sa, wasm_i32x4_dot_i16x8(widen_high(va), high));
      sb = wasm_i32x4_add(sb, wasm_i32x4_dot_i16x8(widen_high(vb), high));
      sc = wasm_i32x4_add(sc, wasm_i32x4_dot_i16x8(widen_high(vc), high));
      sd = wasm_i32x4_add(sd, wasm_i32x4_dot_i16x8(widen_high(vd), high));
    }
    results[slots[i]] = sum_lanes(sa);
    results[slots[i + 1]] = sum_lanes(sb);
    results[slots[i + 2]] = sum_lanes(sc);
    results[slots[i + 3]] = sum_lanes(sd);
  }
  for (; i < count; i++) {
    const int8_t *a = rows + slots[i] * dimensions;
    v128_t sa = wasm_i32x4_splat(0);
    for (uint32_t j = 0; j < dimensions; j += 16) {
      const v128_t va = wasm_v128_load(a + j);
      sa = wasm_i32x4_add(sa, wasm_i32x4_dot_i16x8(widen_low(va), wasm_v128_load(query + j)));
      sa = wasm_i32x4_add(sa, wasm_i32x4_dot_i16x8(widen_high(va), wasm_v128_load(query + j + 8)));
    }
    results[slots[i]] = sum_lanes(sa);
  }
}

static inline v128_t add_scaled(v128_t sum, v128_t int32s, v128_t scale) {
  return wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_f32x4_convert_i32x4(int32s), scale));
}

// sums[j] = the sum over i below count of rows[slots[i]][j] * scales[slots[i]], in the order of the slots, each product and
// each sum rounded to float32. 16 dimensions at a time stay in registers while the slots are walked.
EXPORT("pool")
void pool(const int8_t *rows, const float *scales, uint32_t dimensions, const uint32_t *slots, uint32_t count,
          float *sums) {
  for (uint32_t j = 0; j < dimensions; j += 16) {
    v128_t s0 = wasm_f32x4_splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (uint32_t i = 0; i < count; i++) {
      const v128_t scale = wasm_v128_load32_splat(scales + slots[i]);
      const v128_t bytes = wasm_v128_load(rows + slots[i] * dimensions + j);
      const v128_t low = widen_low(bytes), high = widen_high(bytes);
      s0 = add_scaled(s0, wasm_i32x4_extend_low_i16x8(low), scale);
      s1 = add_scaled(s1, wasm_i32x4_extend_high_i16x8(low), scale);
      s2 = add_scaled(s2, wasm_i32x4_extend_low_i16x8(high), scale);
      s3 = add_scaled(s3, wasm_i32x4_extend_high_i16x8(high), scale);
    }
    wasm_v128_store(sums + j, s0);
    wasm_v128_store(sums + j + 4, s1);
    wasm_v128_store(sums + j + 8, s2);
    wasm_v128_store(sums + j + 12, s3);
  }
}
