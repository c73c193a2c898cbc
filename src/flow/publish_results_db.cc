#include "flow/publish_results_db.h"

#include "codec/digest.h"

namespace sluice::flow {

using base::Result;

Result<PublishedDb> publish_results_db(sys::FileSystem& files, store::ResultsDbWriter& db,
                                       const std::string& path) {
  const auto fresh = path + ".new";
  (void)files.remove(fresh);  // of a process that died
  if (auto copied = db.copy_to(fresh); !copied) return std::unexpected(std::move(copied.error()));
  // Nothing more to write: this syncs what SQLite has written.
  if (auto synced = files.append(fresh, ""); !synced)
    return std::unexpected(std::move(synced.error()));
  const auto view = files.open(fresh);
  if (!view) return std::unexpected(view.error());
  const auto digest_path = path + ".sha256";
  const auto line =
      codec::sha256_hex((*view)->bytes()) + "  " + path.substr(path.rfind('/') + 1) + "\n";
  const auto published = files.read(digest_path);
  if (published && *published == line && files.exists(path)) {
    (void)files.remove(fresh);  // the next call would, too
    return PublishedDb::unchanged;
  }
  if (auto renamed = files.rename(fresh, path); !renamed)
    return std::unexpected(std::move(renamed.error()));
  // Syncs the renaming too: they are in one directory.
  if (auto told = files.replace(digest_path, line); !told)
    return std::unexpected(std::move(told.error()));
  return PublishedDb::fresh;
}

}  // namespace sluice::flow
