// The mirrors of a server: each is looked at in a thread with doors of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/grid_arguments.h"
#include "flow/mirror_turn.h"
#include "flow/turns.h"

namespace sluice::cli {

class MirrorThreads {
 public:
  // Begins to look. Errors: of mirror_options() and MirrorTurn::open().
  static base::Result<std::unique_ptr<MirrorThreads>> open(const ServeArguments& arguments,
                                                           sys::FileSystem& files,
                                                           sys::Clock& clock, base::Log& log);
  MirrorThreads(const MirrorThreads&) = delete;
  MirrorThreads& operator=(const MirrorThreads&) = delete;
  ~MirrorThreads();  // ends what is being fetched

  // In the gate's thread: puts what was staged to use. Answers whether there is something to read
  // of every mirror, as far as one can tell yet.
  bool adopt();

  // From any thread: a line for each mirror.
  std::vector<std::string> lines() const;

 private:
  struct Doors;
  explicit MirrorThreads(sys::Clock& clock);

  sys::Clock& clock_;
  std::vector<std::unique_ptr<Doors>> doors_;
};

}  // namespace sluice::cli
