// Interned text: every name, version and other text of a snapshot exists once and is passed as a
// dense number. Tables only grow; they are filled by one thread while a snapshot is loaded and are
// read-only afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "deb/byte_rows.h"

namespace sluice::deb {

using NameId = base::Index<struct NameTag>;        // source, binary and virtual package names
using VersionId = base::Index<struct VersionTag>;  // equal ids <=> equal text (string equality)
using TextId = base::Index<struct TextTag>;        // sections, maintainers, qualifiers, ...

// Text <-> dense number, in order of first appearance.
class SymbolTable {
 public:
  SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;
  SymbolTable(SymbolTable&&) = default;
  SymbolTable& operator=(SymbolTable&&) = default;

  std::uint32_t intern(std::string_view text) { return intern(text, hash_of(text)); }

  // The same in two steps for lists: most of the cost of a look-up is waiting for memory, and the
  // waits of a list overlap when all its slots are asked for before the first is looked at.
  static std::uint32_t hash_of(std::string_view text);
  void prefetch(std::uint32_t hash) const {
    __builtin_prefetch(&slots_[hash & static_cast<std::uint32_t>(slots_.size() - 1)]);
  }
  std::uint32_t intern(std::string_view text, std::uint32_t hash);

  // The number of `text`, or kNone of base::Index when it was never interned.
  std::uint32_t find(std::string_view text) const;

  // Points into the table: valid as long as the table lives.
  std::string_view text(std::uint32_t id) const { return {entries_[id].text, entries_[id].size}; }

  std::uint32_t size() const { return static_cast<std::uint32_t>(entries_.size()); }

  // For the parsed-form cache. restore() replaces everything; false if the bytes make no table.
  void save(ByteWriter& to) const;
  bool restore(ByteReader& from);

 private:
  struct Entry {
    const char* text;
    std::uint32_t size;
    std::uint32_t hash;  // for the table's growth
  };

  std::uint32_t slot_of(std::string_view text, std::uint32_t hash) const;
  void grow();
  const char* store(std::string_view text);

  struct Slot {
    std::uint32_t id;  // kNone of base::Index: free
    std::uint32_t hash;
  };

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // open addressing
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* block_end_ = nullptr;   // of the last block
  std::size_t block_free_ = 0;  // bytes left before it
};

// The three tables of a snapshot.
class Symbols {
 public:
  NameId name(std::string_view text) { return NameId(names_.intern(text)); }
  VersionId version(std::string_view text) { return VersionId(versions_.intern(text)); }
  TextId text_id(std::string_view text) { return TextId(texts_.intern(text)); }

  NameId find_name(std::string_view text) const { return NameId(names_.find(text)); }
  VersionId find_version(std::string_view text) const { return VersionId(versions_.find(text)); }
  TextId find_text(std::string_view text) const { return TextId(texts_.find(text)); }

  // Views into the tables; an invalid id gives "".
  std::string_view text(NameId id) const { return id.valid() ? names_.text(id.value) : ""; }
  std::string_view text(VersionId id) const { return id.valid() ? versions_.text(id.value) : ""; }
  std::string_view text(TextId id) const { return id.valid() ? texts_.text(id.value) : ""; }

  std::uint32_t name_count() const { return names_.size(); }

  void save(ByteWriter& to) const {
    for (const auto* table : {&names_, &versions_, &texts_}) table->save(to);
  }
  bool restore(ByteReader& from) {
    return names_.restore(from) && versions_.restore(from) && texts_.restore(from);
  }

 private:
  SymbolTable names_, versions_, texts_;
};

}  // namespace sluice::deb
