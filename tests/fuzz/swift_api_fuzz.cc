// Requests for a served result store: the first line is the target, the second a range. Nothing of
// a private container is ever in an answer.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "support/memory_result_store.h"
#include "web/swift_api.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  const auto range = line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
  test::MemoryResultStore store;
  (void)store.ensure_container("c", {.everybody = true});
  (void)store.ensure_container("private-c", {.everybody = false});
  (void)store.put("c", "n/a@/x", {.head = {}, .bytes = "public"});
  (void)store.put("private-c", "hidden", {.head = {}, .bytes = "hidden"});
  const auto answer = web::serve_swift({store, {.prefix = "/v1"}},
                                       {.method = "GET",
                                        .target = std::string(text.substr(0, line)),
                                        .headers = {{"Range", std::string(range)}},
                                        .body = "",
                                        .peer = ""},
                                       {}, base::instant_of_seconds(0));
  base::check(!answer.body.contains("hidden"), "nobody reads a private container");
  return 0;
}
