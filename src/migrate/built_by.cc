#include "migrate/built_by.h"

namespace sluice::migrate {

BuiltBy::BuiltBy(const deb::Snapshot& snapshot) : begin_(snapshot.symbols.name_count() + 1) {
  const auto each = [&](const auto& call) {
    for (std::size_t i = 0; i < snapshot.archs.size(); ++i)
      for (std::uint32_t p = 0; p < snapshot.archs[i].records.size(); ++p) {
        const deb::BinaryRef ref{static_cast<deb::ArchIndex>(i), deb::PackageIndex(p)};
        call(ref, snapshot.record(ref).source);
      }
  };
  each([&](deb::BinaryRef, deb::NameId source) { ++begin_[source.value + 1]; });
  for (std::size_t name = 1; name < begin_.size(); ++name) begin_[name] += begin_[name - 1];
  refs_.resize(begin_.back());
  auto at = begin_;
  each([&](deb::BinaryRef ref, deb::NameId source) { refs_[at[source.value]++] = ref; });
}

}  // namespace sluice::migrate
