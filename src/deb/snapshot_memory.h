// The head of the parsed-form cache: what must agree before anything in it is believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "deb/snapshot_builder.h"
#include "deb/stanza_index.h"

namespace sluice::deb {

struct MemoryHead {
  std::uint64_t seed = 0;
  StanzaIndex::Digest digest;  // of the body
  std::string_view body;       // points into the bytes
};

// So many bytes stand before the body: mark and version, options, seed, digest of the body.
std::size_t memory_head_bytes();
// Writes the head before the body, which stands after that many bytes already; the body's digest.
StanzaIndex::Digest seal_memory(BuildRelations build_relations, std::uint64_t seed,
                                std::string& bytes);
// Nothing: damaged, of another version of the program, or with other options.
std::optional<MemoryHead> open_memory(BuildRelations build_relations, std::string_view bytes);

}  // namespace sluice::deb
