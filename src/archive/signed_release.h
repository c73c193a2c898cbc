// What a Release file that was checked promises: when it was made, until when it counts, and the
// size and digests of every index. Source: the repository format of Debian (wiki
// DebianRepository/Format), migration 2.1.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sluice::archive {

// Lower case hexadecimal; "" where the Release has none. MD5 and SHA-1 are not read: they promise
// nothing.
struct ListedIndex {
  std::uint64_t size = 0;
  std::string sha256, sha512;
  friend bool operator==(const ListedIndex&, const ListedIndex&) = default;
};

enum class ByHash : std::uint8_t { no, yes };

struct SignedRelease {
  std::string suite, codename;  // one of them may be ""
  std::string origin, label;
  base::Instant date{};
  std::optional<base::Instant> valid_until;
  ByHash by_hash = ByHash::no;
  std::vector<std::string> components, architectures;  // without `all` and `source`; sane names
  std::map<std::string, ListedIndex, std::less<>> indexes;  // by path below the suite
};

// Errors: invalid: more or less than one paragraph, no Suite and no Codename, no Date that can be
// read, a name that leads out of the suite. A line of a digest list that cannot be read costs that
// line; a file that is listed twice with different sizes or digests costs the whole.
base::Result<SignedRelease> parse_signed_release(std::string_view text);

// "Sat, 21 Nov 2026 08:08:08 UTC", also without the weekday; UTC, GMT, Z or +0000. Nothing for
// others.
std::optional<base::Instant> parse_release_date(std::string_view text);

// The other way round, as apt-ftparchive writes it.
std::string release_date_of(base::Instant instant);

// A suite, component or architecture that may stand in a path: words of letters, digits and +.~_-
// between single slashes, none of which begins with a dot.
bool is_path_name(std::string_view name);

// A Release that is too far in the future would keep its successors out, for it seems newer than
// they are. Clocks that are set by hand are minutes wrong, not hours.
inline constexpr std::chrono::minutes kFutureMax{10};

enum class ValidUntil : std::uint8_t { check, ignore };

struct ReleaseExpectation {
  std::string suite;  // as in the URL: the Suite or the Codename
  base::Instant now{};
  std::optional<base::Instant> newest;  // the Date of the one in use
  ValidUntil valid_until = ValidUntil::check;
};

// Errors: invalid (another suite), conflict (expired, from the future, older than what is in use).
base::Result<void> check_release(const SignedRelease& release,
                                 const ReleaseExpectation& expectation);

}  // namespace sluice::archive
