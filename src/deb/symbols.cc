#include "deb/symbols.h"

#include <algorithm>
#include <cstring>

namespace sluice::deb {
namespace {

constexpr std::uint32_t kFree = base::Index<void>::kNone;
constexpr std::size_t kBlockBytes = 256 * 1024;  // few allocations, little waste at the end

}  // namespace

// Eight bytes at a time; the table compares text on a hit, so only speed and spread matter.
std::uint32_t SymbolTable::hash_of(std::string_view text) {
  constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15ULL;
  std::uint64_t hash = text.size() * kMultiplier;
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 29;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, at, left);
  hash = (hash ^ word) * kMultiplier;
  return static_cast<std::uint32_t>(hash >> 32);
}

SymbolTable::SymbolTable() : slots_(1024, Slot{kFree, 0}) {}

std::uint32_t SymbolTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  auto slot = hash & mask;
  for (; slots_[slot].id != kFree; slot = (slot + 1) & mask) {
    if (slots_[slot].hash != hash) continue;
    const auto& entry = entries_[slots_[slot].id];
    if (std::string_view(entry.text, entry.size) == text) break;
  }
  return slot;
}

std::uint32_t SymbolTable::intern(std::string_view text, std::uint32_t hash) {
  auto slot = slot_of(text, hash);
  if (slots_[slot].id != kFree) return slots_[slot].id;
  if (entries_.size() * 2 >= slots_.size()) {
    grow();
    slot = slot_of(text, hash);
  }
  const auto id = size();
  entries_.push_back({store(text), static_cast<std::uint32_t>(text.size()), hash});
  slots_[slot] = {id, hash};
  return id;
}

std::uint32_t SymbolTable::find(std::string_view text) const {
  return slots_[slot_of(text, hash_of(text))].id;
}

void SymbolTable::grow() {
  slots_.assign(slots_.size() * 2, Slot{kFree, 0});
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  for (std::uint32_t id = 0; id < entries_.size(); ++id) {
    auto slot = entries_[id].hash & mask;
    while (slots_[slot].id != kFree) slot = (slot + 1) & mask;
    slots_[slot] = {id, entries_[id].hash};
  }
}

const char* SymbolTable::store(std::string_view text) {
  if (text.size() > block_free_) {
    const auto bytes = std::max(kBlockBytes, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    block_free_ = bytes;
    block_end_ = blocks_.back().get() + bytes;
  }
  char* at = block_end_ - block_free_;
  text.copy(at, text.size());
  block_free_ -= text.size();
  return at;
}

void SymbolTable::save(ByteWriter& to) const {
  std::string texts;
  std::vector<std::uint32_t> sizes, hashes;
  for (const auto& entry : entries_) {
    texts.append(entry.text, entry.size);
    sizes.push_back(entry.size);
    hashes.push_back(entry.hash);
  }
  to.text(texts);
  to.row(sizes);
  to.row(hashes);
  to.row(slots_);
}

bool SymbolTable::restore(ByteReader& from) {
  std::string_view texts;
  std::vector<std::uint32_t> sizes, hashes;
  if (!from.text(texts) || !from.row(sizes) || !from.row(hashes) || !from.row(slots_)) return false;
  if (hashes.size() != sizes.size() || slots_.size() < 2 * sizes.size() ||
      (slots_.size() & (slots_.size() - 1)) != 0)
    return false;
  blocks_.clear();
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(texts.size()));
  texts.copy(blocks_.back().get(), texts.size());  // g++ 12 makes std::ranges::copy a loop of bytes
  block_free_ = 0;
  entries_.clear();
  entries_.reserve(sizes.size());
  const char* at = blocks_.back().get();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    entries_.push_back({at, sizes[i], hashes[i]});
    at += sizes[i];
  }
  return at == blocks_.back().get() + texts.size();
}

}  // namespace sluice::deb
