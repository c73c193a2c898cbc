// BuiltBy: the binaries of a snapshot, by the source that they were built from.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deb/snapshot.h"

namespace sluice::migrate {

class BuiltBy {
 public:
  BuiltBy() = default;
  explicit BuiltBy(const deb::Snapshot& snapshot);

  // Of all suites, architectures and versions of the source; by architecture.
  std::span<const deb::BinaryRef> operator[](deb::NameId source) const {
    return {refs_.data() + begin_[source.value], begin_[source.value + 1] - begin_[source.value]};
  }

 private:
  std::vector<std::uint32_t> begin_;  // by NameId: in refs_
  std::vector<deb::BinaryRef> refs_;
};

}  // namespace sluice::migrate
