#include "archive/parsed_cache.h"

#include "sys/seed.h"

namespace sluice::archive {
namespace {

// Writing costs about as much as parsing every twentieth paragraph.
constexpr std::size_t kNewShare = 20;

}  // namespace

std::string_view ParsedCache::bytes() {
  if (path_.empty()) return {};
  auto view = files_.open(path_);
  if (!view) return {};
  view_ = std::move(*view);
  return view_->bytes();
}

void ParsedCache::update(deb::SnapshotBuilder& builder, base::Log& log) {
  if (path_.empty()) return;
  const auto recall = builder.recall();
  base::Result<void> done;
  if (recall.used * 2 < recall.known) {
    done = files_.remove(path_);
  } else if (recall.parsed * kNewShare > recall.known) {
    done = files_.replace(path_, builder.remember(sys::random_seed()));
  }
  if (!done) log.warn("Cache of parsed indexes: " + done.error().text());
}

}  // namespace sluice::archive
