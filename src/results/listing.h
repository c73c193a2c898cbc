// Listing: one ListAsk applied to the names of a container, for stores that have no such question
// themselves. A value of one call. Source: autopkgtest 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/result_store.h"

namespace sluice::results {

// How a name appears: not at all, by the directory that stands for it, or itself.
enum class Appears : std::uint8_t { nowhere, in_directory, itself };

class Listing {
 public:
  explicit Listing(ListAsk ask) : ask_(std::move(ask)) {}

  // False: no name that begins like this can add anything.
  bool wants_below(std::string_view beginning) const;
  Appears appearance_of(std::string_view name) const;

  // Names come in the order of their bytes, each after a look at its appearance.
  void add_directory_of(std::string_view name);
  void add(std::string name, ObjectHead head);

  std::vector<ListEntry> take() && { return std::move(entries_); }

 private:
  bool is_full() const { return entries_.size() >= ask_.limit; }

  ListAsk ask_;
  std::string last_directory_;
  std::vector<ListEntry> entries_;
};

}  // namespace sluice::results
