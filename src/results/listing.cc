#include "results/listing.h"

namespace sluice::results {

bool Listing::wants_below(std::string_view beginning) const {
  if (is_full()) return false;
  if (!beginning.starts_with(ask_.prefix) && !ask_.prefix.starts_with(beginning)) return false;
  if (beginning < ask_.marker && !ask_.marker.starts_with(beginning)) return false;
  if (!ask_.end_marker.empty() && beginning >= ask_.end_marker) return false;
  return last_directory_.empty() || !beginning.starts_with(last_directory_);
}

Appears Listing::appearance_of(std::string_view name) const {
  if (!wants_below(name) || !name.starts_with(ask_.prefix)) return Appears::nowhere;
  if (!ask_.marker.empty() && name <= ask_.marker) return Appears::nowhere;
  if (ask_.delimiter == '\0') return Appears::itself;
  return name.find(ask_.delimiter, ask_.prefix.size()) == std::string_view::npos
             ? Appears::itself
             : Appears::in_directory;
}

void Listing::add_directory_of(std::string_view name) {
  last_directory_ = name.substr(0, name.find(ask_.delimiter, ask_.prefix.size()) + 1);
  // A page that ended with a directory goes on behind it, although names in it are greater.
  if (last_directory_ != ask_.marker)
    entries_.push_back({.name = last_directory_, .directory = true, .head = {}});
}

void Listing::add(std::string name, ObjectHead head) {
  entries_.push_back({.name = std::move(name), .directory = false, .head = std::move(head)});
}

}  // namespace sluice::results
