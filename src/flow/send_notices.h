// send_notices: the mails of a migration run under Ubuntu's rules: to the uploaders of stuck
// versions, and to the bugs of updates that break tests. Source: migration 4.5.13, 4.5.14.
#pragma once

#include <span>

#include "base/log.h"
#include "britney/config.h"
#include "britney/launchpad_client.h"
#include "migrate/excuse.h"
#include "migrate/settings.h"
#include "notify/mailer.h"
#include "sys/files.h"
#include "sys/http_client.h"

namespace sluice::flow {

struct NoticeParties {
  sys::FileSystem& files;
  sys::HttpClient* http;                // both or none; null: nobody is asked
  britney::LaunchpadClient* launchpad;  // its warnings stay in it
  notify::Mailer* mailer;               // null: what would be sent is logged, nothing is written
  base::Log& log;
};

// `settings` complete, `excuses` judged. What was sent is noted for the next run (EmailCache,
// sru_regress_inform_state). Whatever fails is logged and not noted, so that the next run tries
// again; a mail server that is not there is not waited for twice.
void send_notices(const britney::Config& config, const migrate::Settings& settings,
                  std::span<const migrate::Excuse> excuses, NoticeParties parties);

}  // namespace sluice::flow
