// Any bytes as resolved clauses, also under a right digest: read or refused; what was read points
// nowhere outside, and is written back as the same bytes. Source: migration 9 (d).
#include <cstdint>
#include <cstring>
#include <string>

#include "base/check.h"
#include "solve/clauses_head.h"
#include "solve/resolved_clauses.h"

namespace {

using namespace sluice;

void read(const std::string& bytes) {
  const auto all = solve::parse_resolved_clauses(bytes);
  if (!all) return;
  base::check(solve::bytes_of(*all) == bytes, "what was read is written back equal");
  for (const auto& clauses : *all)
    for (std::uint32_t package = 0; package < clauses.size(); ++package)
      for (const auto& clause : clauses.clauses_of(solve::PackageIndex(package)))
        for (const auto member : clauses.members_of(clause.set))
          base::check(member.value < clauses.size(), "members are packages");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(solve::sealed_clauses(1, bytes));
  return 0;
}
