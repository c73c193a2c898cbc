// Any bytes as the address of a broker: what is shown of it never has the password's place in it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "queue/amqp_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto url = queue::parse_amqp_url({reinterpret_cast<const char*>(data), size});
  if (!url) return 0;
  base::check(!url->host.empty() && url->port >= 1 && url->port <= 65535, "a host and a port");
  base::check(!url->host.contains('@'), "user and password are no part of the host");
  return 0;
}
