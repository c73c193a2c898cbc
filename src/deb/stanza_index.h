// StanzaIndex: recognises a paragraph that was seen before, by its bytes. Belongs to
// SnapshotBuilder; it keeps views into the texts of the indexes, which outlive it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "deb/deb822.h"

namespace sluice::deb {

class StanzaIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  StanzaIndex();

  // Number of the paragraph with exactly these bytes; a new number (== size() before) if unseen.
  std::uint32_t find_or_add(std::string_view stanza);

  std::string_view text(std::uint32_t id) const { return texts_[id]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }

  // The paragraph that followed `id` when it was last seen; kNone if unknown.
  std::uint32_t successor(std::uint32_t id) const { return successor_[id]; }
  void set_successor(std::uint32_t id, std::uint32_t next) { successor_[id] = next; }

 private:
  void grow();

  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> hashes_, successor_, slots_;
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
