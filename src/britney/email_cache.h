// EmailCache: who was mailed about which version, and when last. Format: migration 2.5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "britney/message.h"
#include "migrate/facts.h"
#include "sys/files.h"

namespace sluice::britney {

struct MailState {
  std::vector<std::string> addresses;
  std::int64_t last_sent = 0;  // the age in days that it was due for; 0: never

  friend bool operator==(const MailState&, const MailState&) = default;
};
// source -> version -> state
using MailStates = migrate::ByName<migrate::ByName<MailState>>;

// `{"src": {"ver": [["a@b"], days]}}`. Any other value means never mailed and is left out; what is
// no map costs that record and an error message.
Read<MailStates> parse_email_cache(std::string_view text, const std::string& file);
std::string email_cache_text(const MailStates& states);

class EmailCache {
 public:
  EmailCache(sys::FileSystem& files, std::string unstable_dir)
      : files_(files), path_(std::move(unstable_dir) + "/EmailCache") {}

  // The file, and over it what a run that died left in EmailCache.new.
  Messages load();
  const MailState* find(std::string_view source, std::string_view version) const;

  // Notes a mail: on disk (in EmailCache.new) when this returns. Cost: the mails of this run.
  base::Result<void> note(const std::string& source, const std::string& version, MailState state);
  // The end of a run: all in EmailCache.
  base::Result<void> save();

 private:
  sys::FileSystem& files_;
  std::string path_;
  MailStates all_, fresh_;
};

}  // namespace sluice::britney
