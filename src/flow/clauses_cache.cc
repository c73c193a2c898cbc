#include "flow/clauses_cache.h"

#include <utility>

namespace sluice::flow {
namespace {

// Writing costs about as much as resolving every twentieth package.
constexpr std::size_t kNewShare = 20;

}  // namespace

ClausesCache::ClausesCache(sys::FileSystem& files, const std::string& parsed_cache)
    : files_(files), path_(parsed_cache.empty() ? "" : parsed_cache + ".clauses") {}

std::vector<solve::ResolvedClauses> ClausesCache::read() {
  if (path_.empty()) return {};
  const auto view = files_.open(path_);
  if (!view) return {};
  auto read = solve::parse_resolved_clauses((*view)->bytes());
  return read ? std::move(*read) : std::vector<solve::ResolvedClauses>();
}

void ClausesCache::update(const std::vector<solve::ResolvedClauses>& clauses, base::Log& log) {
  if (path_.empty()) return;
  std::size_t all = 0, kept = 0;
  for (const auto& of_arch : clauses) {
    if (!of_arch.origin.known()) return;  // nothing that a later run could compare with
    all += of_arch.size();
    kept += of_arch.kept;
  }
  if ((all - kept) * kNewShare <= all) return;
  if (auto done = files_.replace(path_, solve::bytes_of(clauses)); !done)
    log.warn("Cache of resolved relations: " + done.error().text());
}

}  // namespace sluice::flow
