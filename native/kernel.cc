// The hot loops of the search index as a Node add-on, built by scripts/build-native.mjs where a C++ compiler is present. What
// is right is defined by the twin, src/kernel/twin.ts, and results equal its bit for bit: dot products are whole numbers, and
// float sums go on in one order for each dimension, so nothing may be contracted (-ffp-contract=off).
#include <cstdint>
#include <cstring>
#include <node_api.h>

// The loader picks the widest instructions that the processor has, once; everything else is compiled for any processor.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=icelake-server", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

FOR_EACH_PROCESSOR
static void dots(const int8_t *rows, uint32_t dimensions, const int16_t *query, const uint32_t *slots, uint32_t count,
                 int32_t *results) {
  for (uint32_t i = 0; i < count; i++) {
    const int8_t *row = rows + static_cast<size_t>(slots[i]) * dimensions;
    int32_t sum = 0;
    for (uint32_t j = 0; j < dimensions; j++) sum += static_cast<int16_t>(row[j]) * query[j];
    results[slots[i]] = sum;
  }
}

// 64 dimensions at a time stay in registers while the slots are walked.
static constexpr uint32_t BLOCK = 64;

FOR_EACH_PROCESSOR
static void pool(const int8_t *rows, const float *scales, uint32_t dimensions, const uint32_t *slots, uint32_t count,
                 float *sums) {
  for (uint32_t start = 0; start < dimensions; start += BLOCK) {
    const uint32_t width = dimensions - start < BLOCK ? dimensions - start : BLOCK;
    float block[BLOCK] = {};
    for (uint32_t i = 0; i < count; i++) {
      const int8_t *row = rows + static_cast<size_t>(slots[i]) * dimensions + start;
      const float scale = scales[slots[i]];
      if (width == BLOCK)
        for (uint32_t j = 0; j < BLOCK; j++) block[j] += static_cast<float>(row[j]) * scale;
      else
        for (uint32_t j = 0; j < width; j++) block[j] += static_cast<float>(row[j]) * scale;
    }
    std::memcpy(sums + start, block, width * sizeof(float));
  }
}

struct View {
  void *data = nullptr;
  size_t length = 0;
  template <typename Item> Item *as() const { return static_cast<Item *>(data); }
};

static View viewOf(napi_env env, napi_value value) {
  View view;
  napi_get_typedarray_info(env, value, nullptr, &view.length, &view.data, nullptr, nullptr);
  return view;
}

// A slot outside of the matrix must not become a read outside of it, whatever file it came from.
static bool areRows(napi_env env, const uint32_t *slots, uint32_t count, size_t rows) {
  uint32_t greatest = 0;
  for (uint32_t i = 0; i < count; i++) greatest = slots[i] > greatest ? slots[i] : greatest;
  if (count == 0 || greatest < rows) return true;
  napi_throw_range_error(env, nullptr, "A slot is no row of the matrix.");
  return false;
}

static uint32_t numberOf(napi_env env, napi_value value) {
  uint32_t number = 0;
  napi_get_value_uint32(env, value, &number);
  return number;
}

// dots(values: Int8Array, dimensions, query: Int16Array, slots: Uint32Array, count, results: Int32Array)
static napi_value callDots(napi_env env, napi_callback_info info) {
  napi_value a[6];
  size_t given = 6;
  napi_get_cb_info(env, info, &given, a, nullptr, nullptr);
  const View values = viewOf(env, a[0]), query = viewOf(env, a[2]), slots = viewOf(env, a[3]), results = viewOf(env, a[5]);
  const uint32_t dimensions = numberOf(env, a[1]), count = numberOf(env, a[4]);
  if (!areRows(env, slots.as<uint32_t>(), count, values.length / dimensions)) return nullptr;
  dots(values.as<int8_t>(), dimensions, query.as<int16_t>(), slots.as<uint32_t>(), count, results.as<int32_t>());
  return nullptr;
}

// pool(values: Int8Array, scales: Float32Array, dimensions, slots: Uint32Array, count, sums: Float32Array)
static napi_value callPool(napi_env env, napi_callback_info info) {
  napi_value a[6];
  size_t given = 6;
  napi_get_cb_info(env, info, &given, a, nullptr, nullptr);
  const View values = viewOf(env, a[0]), scales = viewOf(env, a[1]), slots = viewOf(env, a[3]), sums = viewOf(env, a[5]);
  const uint32_t dimensions = numberOf(env, a[2]), count = numberOf(env, a[4]);
  if (!areRows(env, slots.as<uint32_t>(), count, values.length / dimensions)) return nullptr;
  pool(values.as<int8_t>(), scales.as<float>(), dimensions, slots.as<uint32_t>(), count, sums.as<float>());
  return nullptr;
}

static const char *instructions() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni")) return "AVX-512";
  if (__builtin_cpu_supports("avx2")) return "AVX2";
  return "SSE2";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "scalar";
#endif
}

NAPI_MODULE_INIT() {
  napi_value value;
  napi_create_function(env, "dots", NAPI_AUTO_LENGTH, callDots, nullptr, &value);
  napi_set_named_property(env, exports, "dots", value);
  napi_create_function(env, "pool", NAPI_AUTO_LENGTH, callPool, nullptr, &value);
  napi_set_named_property(env, exports, "pool", value);
  napi_create_string_utf8(env, instructions(), NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, exports, "instructions", value);
  return exports;
}
