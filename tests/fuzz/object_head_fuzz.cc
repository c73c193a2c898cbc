// Heads of objects: whatever is read can be written and read again.
#include "base/check.h"
#include "results/object_head.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  using namespace sluice;
  const auto head = results::parse_head({reinterpret_cast<const char*>(bytes), size});
  if (head)
    base::check(results::parse_head(results::render_head(*head)) == *head,
                "a head that was read can be written");
  return 0;
}
