// StanzaIndex: recognises a paragraph that was seen before: in this run by its bytes, in an earlier
// one by a digest of 128 bits with a secret seed. Belongs to SnapshotBuilder; it keeps views into
// the texts of the indexes, which outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "deb/byte_rows.h"
#include "deb/deb822.h"

namespace sluice::deb {

class StanzaIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  StanzaIndex();

  // Number of the paragraph with exactly these bytes; a new number (== size() before) if unseen.
  std::uint32_t find_or_add(std::string_view stanza);

  // Empty for a paragraph that is only remembered.
  std::string_view text(std::uint32_t id) const { return texts_[id]; }
  // The paragraph `id` stands at the reader's place; then it was read.
  bool read_if(StanzaReader& reader, std::uint32_t id);
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }

  // The paragraph that followed `id` when it was last seen, and the last other one that ever did;
  // kNone if unknown. Two suites go on in two ways.
  std::uint32_t successor(std::uint32_t id) const { return successor_[id]; }
  std::uint32_t other_successor(std::uint32_t id) const { return other_successor_[id]; }
  void set_successor(std::uint32_t id, std::uint32_t next) {
    if (successor_[id] != next) other_successor_[id] = std::exchange(successor_[id], next);
  }

  // For the parsed-form cache. `seed` is secret, so that nobody can make two paragraphs with one
  // digest. Numbers stay what they are; the paragraphs `without` (ascending) will not be known.
  void save(ByteWriter& to, std::uint64_t seed, std::span<const std::uint32_t> without) const;
  bool restore(ByteReader& from, std::uint64_t seed);       // into an empty index
  std::uint32_t remembered() const { return remembered_; }  // ids below this were restored
  std::uint32_t used() const { return used_; }              // of these, found in this run

  struct Digest {
    std::uint64_t low = 0, high = 0;
    friend bool operator==(const Digest&, const Digest&) = default;
  };
  static Digest digest_of(std::string_view bytes, std::uint64_t seed);

 private:
  bool is(std::uint32_t id, std::string_view stanza);
  void note_use(std::uint32_t id) { used_ += std::exchange(is_used_[id], std::uint8_t{1}) == 0; }
  void grow();

  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> hashes_, successor_, other_successor_, slots_;
  std::uint32_t remembered_ = 0, used_ = 0;
  std::vector<std::uint8_t> is_used_;  // of remembered paragraphs
  std::uint64_t seed_ = 0;
  std::vector<std::uint32_t> sizes_;  // of remembered paragraphs
  std::vector<Digest> digests_;
};

// Reads the paragraphs of one index as numbers of a StanzaIndex. Indexes of two suites and of two
// architectures run in parallel for long stretches, so the next paragraph is guessed from what
// followed last time: one memory comparison instead of a search for its end and a look-up.
class StanzaCursor {
 public:
  StanzaCursor(StanzaIndex& index, std::string_view text) : index_(index), reader_(text) {}

  struct Step {
    std::uint32_t id;
    bool is_new;  // first time these bytes are seen
  };
  // False at the end.
  bool next(Step& step);

 private:
  bool guess(std::uint32_t candidate, Step& step);

  StanzaIndex& index_;
  StanzaReader reader_;
  std::uint32_t previous_ = StanzaIndex::kNone;
  std::uint32_t missed_ = StanzaIndex::kNone;  // last wrong guess: it may follow an insertion
};

}  // namespace sluice::deb
