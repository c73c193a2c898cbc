// NONINST_STATUS read back (--nuninst-cache). Format: migration 8.4; it is written by
// migrate/reports.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "migrate/facts.h"
#include "sys/files.h"

namespace sluice::britney {

// "amd64" and "amd64+all" -> names of uninstallable packages.
using NoninstStatus = migrate::ByName<std::set<std::string, std::less<>>>;

// Every architecture has both of its keys, empty ones where the text has none. Other keys (the two
// stamps, architectures that are not configured) are skipped.
NoninstStatus parse_noninst(std::string_view text, const std::vector<std::string>& architectures);

// Errors: those of FileSystem::open; who asks for the cache cannot do without it.
base::Result<NoninstStatus> read_noninst(sys::FileSystem& files, const std::string& file,
                                         const std::vector<std::string>& architectures);

}  // namespace sluice::britney
