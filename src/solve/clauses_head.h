// The head of a file of resolved clauses: mark, version and digest. Apart from the clauses, so that
// a test can put it before any bytes. Format: docs/formats/parsed-cache.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::solve {

// The head for a body of so many architectures, and the body.
std::string sealed_clauses(std::uint64_t architectures, std::string_view body);

}  // namespace sluice::solve
