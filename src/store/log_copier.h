// LogCopier: copies the log (WAL) of a database into its file in a thread of its own, over a
// connection of its own. SQLite does it in every commit that finds a thousand pages in the log,
// with two syncs more, and whoever is answered by that commit waits for it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "store/database.h"

namespace sluice::store {

// Pages of 4 KiB.
struct LogLimits {
  int copy = 1'000;   // so many more since the last copy: the thread is woken
  int block = 8'000;  // so many: the commit copies itself, and waits. The log cannot grow for ever
};

class LogCopier {
 public:
  // Watches the commits of `writer`, which has the file at `path` open, lives longer and stays
  // where it is. Errors: as Database::open_read_write().
  static base::Result<std::unique_ptr<LogCopier>> start(Database& writer, const std::string& path,
                                                        const LogLimits& limits = {});
  LogCopier(const LogCopier&) = delete;
  LogCopier& operator=(const LogCopier&) = delete;
  // After the copy that is made now. Then SQLite does it as it did.
  ~LogCopier();

  int copies() const;  // how many the thread has made, or tried

 private:
  LogCopier(Database& writer, Database own, const LogLimits& limits);
  void run();
  void on_commit(int pages);

  Database& writer_;
  Database own_;  // the thread's
  const LogLimits limits_;
  int seen_ = 0;  // pages when the thread was last woken; the writer's thread only

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;    // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  int copies_ = 0;         // guarded by mutex_
  std::thread thread_;
};

}  // namespace sluice::store
