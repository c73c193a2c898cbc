#include "flow/private_state.h"

namespace sluice::flow {

base::Result<void> make_state_private(sys::FileSystem& files, const std::string& database) {
  if (auto made = files.make_private_file(database); !made) return made;
  // Of a server that was killed: SQLite goes on with them as they are.
  for (const auto* suffix : {"-wal", "-shm"})
    if (files.exists(database + suffix))
      if (auto made = files.make_private_file(database + suffix); !made) return made;
  return {};
}

}  // namespace sluice::flow
