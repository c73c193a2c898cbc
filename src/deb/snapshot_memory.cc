#include "deb/snapshot_memory.h"

#include <array>
#include <cstring>

#include "deb/byte_rows.h"

namespace sluice::deb {
namespace {

// The last digit changes with every change of what is stored or of how paragraphs are parsed.
constexpr std::array<char, 8> kMark = {'s', 'l', 'u', 'i', 'c', 'e', 'p', '2'};

struct Fixed {
  std::array<char, 8> mark = kMark;
  std::uint32_t record_bytes = sizeof(BinaryPackage);  // another compiler, another layout
  std::uint32_t build_relations = 0;
  std::uint64_t seed = 0;
  StanzaIndex::Digest body;
};

}  // namespace

std::size_t memory_head_bytes() { return sizeof(Fixed); }

StanzaIndex::Digest seal_memory(BuildRelations build_relations, std::uint64_t seed,
                                std::string& bytes) {
  Fixed fixed;
  fixed.build_relations = static_cast<std::uint32_t>(build_relations);
  fixed.seed = seed;
  fixed.body = StanzaIndex::digest_of(std::string_view(bytes).substr(sizeof fixed), seed);
  std::memcpy(bytes.data(), &fixed, sizeof fixed);
  return fixed.body;
}

std::optional<MemoryHead> open_memory(BuildRelations build_relations, std::string_view bytes) {
  Fixed fixed;
  if (!ByteReader(bytes).value(fixed)) return std::nullopt;
  const auto body = bytes.substr(sizeof fixed);
  if (fixed.mark != kMark || fixed.record_bytes != sizeof(BinaryPackage) ||
      fixed.build_relations != static_cast<std::uint32_t>(build_relations) ||
      fixed.body != StanzaIndex::digest_of(body, fixed.seed))
    return std::nullopt;
  return MemoryHead{fixed.seed, fixed.body, body};
}

}  // namespace sluice::deb
