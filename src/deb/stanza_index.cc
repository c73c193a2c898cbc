#include "deb/stanza_index.h"

#ifdef __x86_64__
#include <xxh_x86dispatch.h>  // the widest vectors that the machine has
#else
#define XXH_INLINE_ALL
#include <xxhash.h>
#endif

#include <algorithm>
#include <cstring>

namespace sluice::deb {
namespace {

// Both ends of a paragraph are hashed: the head has its name and version, the tail its digest. All
// bytes are compared on a hit, so this only has to spread.
constexpr std::size_t kSampleBytes = 96;

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15ULL;
  while (text.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data(), 8);
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 32;
    text.remove_prefix(8);
  }
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kMultiplier;
  return hash;
}

std::uint32_t hash_of(std::string_view stanza) {
  const auto bytes = std::min(stanza.size(), kSampleBytes);
  auto hash = mix(stanza.size(), stanza.substr(0, bytes));
  hash = mix(hash, stanza.substr(stanza.size() - bytes));
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

StanzaIndex::StanzaIndex() : slots_(1024, kNone) {}

std::uint32_t StanzaIndex::find_or_add(std::string_view stanza) {
  if (texts_.size() * 2 >= slots_.size()) grow();
  const auto hash = hash_of(stanza);
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  auto slot = hash & mask;
  for (; slots_[slot] != kNone; slot = (slot + 1) & mask) {
    const auto id = slots_[slot];
    if (hashes_[id] == hash && is(id, stanza)) return id;
  }
  slots_[slot] = size();
  texts_.push_back(stanza);
  hashes_.push_back(hash);
  successor_.push_back(kNone);
  other_successor_.push_back(kNone);
  return size() - 1;
}

StanzaIndex::Digest StanzaIndex::digest_of(std::string_view bytes, std::uint64_t seed) {
  const auto digest = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {digest.low64, digest.high64};
}

bool StanzaIndex::is(std::uint32_t id, std::string_view stanza) {
  if (id >= remembered_) return texts_[id] == stanza;
  if (sizes_[id] != stanza.size() || digests_[id] != digest_of(stanza, seed_)) return false;
  note_use(id);
  return true;
}

bool StanzaIndex::read_if(StanzaReader& reader, std::uint32_t id) {
  if (id >= remembered_) return reader.next_if_equal(texts_[id]).has_value();
  if (!reader.next_if(sizes_[id], [&](std::string_view here) {
        return digests_[id] == digest_of(here, seed_);
      }))
    return false;
  note_use(id);
  return true;
}

void StanzaIndex::save(ByteWriter& to, std::uint64_t seed,
                       std::span<const std::uint32_t> without) const {
  auto sizes = sizes_;
  auto digests = digests_;
  for (auto id = remembered_; id < size(); ++id) {
    sizes.push_back(static_cast<std::uint32_t>(texts_[id].size()));
    digests.push_back(digest_of(texts_[id], seed));
  }
  for (const auto id : without) sizes[id] = 0;  // no paragraph has this size
  to.row(hashes_);
  to.row(successor_);
  to.row(other_successor_);
  to.row(slots_);
  to.row(sizes);
  to.row(digests);
}

bool StanzaIndex::restore(ByteReader& from, std::uint64_t seed) {
  if (!from.row(hashes_) || !from.row(successor_) || !from.row(other_successor_) ||
      !from.row(slots_) || !from.row(sizes_) || !from.row(digests_))
    return false;
  const auto count = hashes_.size();
  if (successor_.size() != count || other_successor_.size() != count || sizes_.size() != count ||
      digests_.size() != count || slots_.size() < 2 * count ||
      (slots_.size() & (slots_.size() - 1)) != 0)
    return false;
  texts_.assign(count, {});
  is_used_.assign(count, 0);
  remembered_ = static_cast<std::uint32_t>(count);
  seed_ = seed;
  return true;
}

void StanzaIndex::grow() {
  slots_.assign(slots_.size() * 2, kNone);
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  for (std::uint32_t id = 0; id < size(); ++id) {
    auto slot = hashes_[id] & mask;
    while (slots_[slot] != kNone) slot = (slot + 1) & mask;
    slots_[slot] = id;
  }
}

bool StanzaCursor::guess(std::uint32_t candidate, Step& step) {
  if (candidate == StanzaIndex::kNone || !index_.read_if(reader_, candidate)) return false;
  step = {candidate, false};
  return true;
}

bool StanzaCursor::next(Step& step) {
  const auto expected =
      previous_ == StanzaIndex::kNone ? StanzaIndex::kNone : index_.successor(previous_);
  const auto other =
      previous_ == StanzaIndex::kNone ? StanzaIndex::kNone : index_.other_successor(previous_);
  const auto after_missed =
      missed_ == StanzaIndex::kNone ? StanzaIndex::kNone : index_.successor(missed_);
  if (!guess(expected, step) && !guess(other, step) && !guess(missed_, step) &&
      !guess(after_missed, step)) {
    if (expected != StanzaIndex::kNone) missed_ = expected;
    const auto stanza = reader_.next();
    if (!stanza) return false;
    const auto known = index_.size();
    step.id = index_.find_or_add(*stanza);
    step.is_new = step.id == known;
  }
  if (previous_ != StanzaIndex::kNone) index_.set_successor(previous_, step.id);
  previous_ = step.id;
  return true;
}

}  // namespace sluice::deb
