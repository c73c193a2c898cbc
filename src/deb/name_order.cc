#include "deb/name_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::deb {
namespace {

// Eight bytes of a name as a number that orders as the bytes do. Comparing numbers instead of text
// is what makes this fast: names of one ecosystem (`golang-github-...`) share long beginnings.
struct Keyed {
  std::uint64_t piece;
  std::uint32_t name;
};

constexpr std::size_t kPiece = 8;

// The end of the text reads as zero bytes; names hold none, so shorter names come first.
std::uint64_t piece_at(std::string_view text, std::size_t at) {
  std::array<char, kPiece> bytes{};
  if (at < text.size()) text.copy(bytes.data(), kPiece, at);
  const auto piece = std::bit_cast<std::uint64_t>(bytes);
  return std::endian::native == std::endian::little ? __builtin_bswap64(piece) : piece;
}

void sort_from(const Symbols& symbols, std::span<Keyed> names, std::size_t at) {
  for (auto& each : names) each.piece = piece_at(symbols.text(NameId(each.name)), at);
  std::ranges::sort(names, [](const Keyed& a, const Keyed& b) {
    return a.piece != b.piece ? a.piece < b.piece : a.name < b.name;
  });
  for (std::size_t begin = 0; begin < names.size();) {
    auto end = begin + 1;
    while (end < names.size() && names[end].piece == names[begin].piece) ++end;
    // A zero last byte: the text ended within this piece, so equal pieces are equal names.
    if (end - begin > 1 && (names[begin].piece & 0xFFU) != 0)
      sort_from(symbols, names.subspan(begin, end - begin), at + kPiece);
    begin = end;
  }
}

}  // namespace

void sort_by_text(const Snapshot& snapshot, std::span<NameId> names) {
  std::vector<Keyed> keyed(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) keyed[i].name = names[i].value;
  sort_from(snapshot.symbols, keyed, 0);
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = NameId(keyed[i].name);
}

}  // namespace sluice::deb
