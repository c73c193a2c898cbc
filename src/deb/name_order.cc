#include "deb/name_order.h"

#include <algorithm>
#include <span>

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
  std::uint64_t piece = 0;
  for (std::size_t i = at; i < at + kPiece; ++i)
    piece = (piece << 8U) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  return piece;
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

std::vector<NameId> names_by_text(const Snapshot& snapshot) {
  std::vector<Keyed> names(snapshot.symbols.name_count());
  for (std::uint32_t i = 0; i < names.size(); ++i) names[i].name = i;
  sort_from(snapshot.symbols, names, 0);
  std::vector<NameId> order;
  order.reserve(names.size());
  for (const auto& each : names) order.emplace_back(each.name);
  return order;
}

std::vector<std::uint32_t> ranks_by_text(const Snapshot& snapshot) {
  const auto order = names_by_text(snapshot);
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank].value] = rank;
  return ranks;
}

}  // namespace sluice::deb
