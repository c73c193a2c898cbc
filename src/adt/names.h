// The one validator of what strangers write into requests: names, versions, variables, URLs. Every
// door uses it. Source: autopkgtest 1.4, 1.6, 5.3; testgrid 7.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::adt {

// The text with "***" for whatever stands before an "@", back to a blank or a quotation mark:
// tokens of PPAs, passwords of URLs. For what is kept or shown of texts that nobody could read;
// what the
// "@" still says is that there was something. Source: autopkgtest 2.8.
std::string without_credentials(std::string_view text);

// Each of these answers an error `invalid` that names the text and the expectation.

// `[a-zA-Z0-9][a-zA-Z0-9.+-]*`, at most 200 bytes: as lenient as the peers' workers, but a name
// becomes part of a path, so it never begins with a dot.
base::Result<void> check_package(std::string_view text);
// One that a request may ask to test: autopkgtest takes what ends like a Debian file for a file,
// and ends as if it were called wrongly, for which nobody but the grid can be blamed. Source:
// autopkgtest 2.4, 2.5.
base::Result<void> check_tested(std::string_view text);
base::Result<void> check_version(std::string_view text);   // `[a-zA-Z0-9.+:~-]+`, at most 200 bytes
base::Result<void> check_trigger(std::string_view text);   // `PACKAGE/VERSION`
base::Result<void> check_release(std::string_view text);   // no "-": queue names are split at it
base::Result<void> check_arch(std::string_view text);      // the same
base::Result<void> check_variable(std::string_view text);  // `NAME=value`, printable, one line
// A variable that a request may ask for: ADT_TEST_TRIGGERS is the worker's, which tells readers of
// results by it what a run was for. Source: autopkgtest 1.6, 2.4, 2.7.
base::Result<void> check_env(std::string_view text);
base::Result<void> check_git(std::string_view text);  // http(s) URL with optional `#branch`
base::Result<void> check_testname(std::string_view text);
// `[user:token@]LPUSER/PPA[:FINGERPRINT]`
base::Result<void> check_ppa(std::string_view text);
base::Result<void> check_person(std::string_view text);  // a requester, a swift user

}  // namespace sluice::adt
