#include "store/log_copier.h"

#include <utility>

namespace sluice::store {

base::Result<std::unique_ptr<LogCopier>> LogCopier::start(Database& writer, const std::string& path,
                                                          const LogLimits& limits) {
  auto own = Database::open_read_write(path);
  if (!own) return std::unexpected(own.error());
  return std::unique_ptr<LogCopier>(new LogCopier(writer, std::move(*own), limits));
}

LogCopier::LogCopier(Database& writer, Database own, const LogLimits& limits)
    : writer_(writer), own_(std::move(own)), limits_(limits) {
  thread_ = std::thread([this] { run(); });
  writer_.watch_log([this](int pages) { on_commit(pages); });
}

LogCopier::~LogCopier() {
  writer_.watch_log(nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

int LogCopier::copies() const {
  const std::lock_guard lock(mutex_);
  return copies_;
}

// A copy that fails, or meets another, is made with a later commit: until then all is in the log.
void LogCopier::on_commit(int pages) {
  if (pages < seen_) seen_ = 0;  // the log began anew
  if (pages >= limits_.block) (void)writer_.copy_log();
  if (pages < seen_ + limits_.copy) return;
  seen_ = pages;
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  changed_.notify_one();
}

void LogCopier::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    (void)own_.copy_log();
    lock.lock();
    ++copies_;
  }
}

}  // namespace sluice::store
