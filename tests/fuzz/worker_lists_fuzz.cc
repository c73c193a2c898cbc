// What a worker reads while it runs: its configuration, lists of packages, remotes, the tool's
// help.
#include <cstdint>
#include <string_view>

#include "worker/config.h"
#include "worker/package_lists.h"
#include "worker/remotes.h"
#include "worker/tool.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)worker::parse_worker_config(text, {{"A", "b"}});
  (void)worker::lists(worker::parse_package_list(text), {"gzip", "amd64", "noble"});
  (void)worker::parse_remotes(text);
  (void)worker::parse_tool_help(text);
  (void)worker::fill_variables(text, {{"A", "b"}, {"AB", "c"}});
  return 0;
}
