#include "grid/log_rings.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace sluice::grid {
namespace {

// Small pieces that follow each other become one up to this size: a test that writes a line a
// heartbeat must not cost more for its pieces than for its bytes.
constexpr std::size_t kPieceBytes = std::size_t{16} << 10;

}  // namespace

void LogRings::add(std::int64_t job, std::int64_t epoch, std::uint64_t from,
                   std::string_view bytes) {
  auto& ring = rings_[{job, epoch}];
  const auto end = ring.pieces.empty() ? 0 : ring.pieces.back().end();
  if (from < end) {
    const auto known = std::min<std::uint64_t>(end - from, bytes.size());
    bytes.remove_prefix(known);
    from += known;
  }
  if (bytes.empty()) return;
  const bool follows = !ring.pieces.empty() && from == end;
  if (follows && ring.pieces.back().bytes.size() + bytes.size() <= kPieceBytes)
    ring.pieces.back().bytes += bytes;
  else
    ring.pieces.push_back({from, std::string(bytes)});
  ring.size += bytes.size();
  size_ += bytes.size();
  shorten(ring, limits_.each);
  while (size_ > limits_.all) {
    const auto longest = std::ranges::max_element(
        rings_, {}, [](const Rings::value_type& entry) { return entry.second.size; });
    // By half, so that this is looked for again only after many more bytes.
    shorten(longest->second, longest->second.size / 2);
  }
}

void LogRings::shorten(Ring& ring, std::size_t size_max) {
  while (ring.size > size_max) {
    auto& oldest = ring.pieces.front();
    const auto cut = std::min(ring.size - size_max, oldest.bytes.size());
    oldest.from += cut;
    oldest.bytes.erase(0, cut);
    ring.size -= cut;
    size_ -= cut;
    if (oldest.bytes.empty()) ring.pieces.pop_front();
  }
}

LogSlice LogRings::read(std::int64_t job, std::int64_t epoch, std::uint64_t from) const {
  const auto asked = rings_.find({job, epoch});
  if (asked != rings_.end()) {
    for (const auto& piece : asked->second.pieces) {
      if (piece.end() <= from) continue;
      const auto begin = std::max(from, piece.from);
      return {epoch, begin, piece.bytes.substr(begin - piece.from)};
    }
  }
  const auto next = rings_.upper_bound({job, epoch});
  if (next == rings_.end() || next->first.first != job) return {epoch, from, ""};
  const auto after = rings_.upper_bound({job, std::numeric_limits<std::int64_t>::max()});
  const auto& [key, ring] = epoch == 0 ? *std::prev(after) : *next;
  if (ring.pieces.empty()) return {key.second, 0, ""};
  return {key.second, ring.pieces.front().from, ring.pieces.front().bytes};
}

void LogRings::forget(std::int64_t job, std::int64_t epoch) {
  const auto at = rings_.find({job, epoch});
  if (at == rings_.end()) return;
  size_ -= at->second.size;
  rings_.erase(at);
}

void LogRings::clear() {
  rings_.clear();
  size_ = 0;
}

}  // namespace sluice::grid
