#include "archive/signed_release.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "deb/deb822.h"

namespace sluice::archive {
namespace {

using base::ErrorKind;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::size_t kSha256Digits = 64, kSha512Digits = 128;
// Ten times what any archive has: more is an attempt to fill the memory.
constexpr std::size_t kNamesMax = 200;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "08:08:08" -> seconds of the day.
std::optional<std::chrono::seconds> parse_time_of_day(std::string_view text) {
  const auto parts = base::split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  std::array<std::int64_t, 3> numbers{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = base::parse_int(parts[i]);
    if (!number || *number < 0 || *number > (i == 0 ? 23 : 59)) return std::nullopt;
    numbers[i] = *number;
  }
  return std::chrono::seconds(numbers[0] * 3600 + numbers[1] * 60 + numbers[2]);
}

class ReleaseReader {
 public:
  base::Result<SignedRelease> read(std::string_view stanza) {
    deb::FieldReader fields(stanza);
    while (const auto field = fields.next())
      if (auto done = read_field(*field); !done) return std::unexpected(done.error());
    if (release_.suite.empty() && release_.codename.empty())
      return base::fail(ErrorKind::invalid, "field Suite or Codename expected");
    if (!dated_) return base::fail(ErrorKind::invalid, "field Date expected");
    return std::move(release_);
  }

 private:
  base::Result<void> read_field(const deb::Field& field) {
    const auto is = [&](std::string_view name) {
      return base::equals_ignoring_case(field.name, name);
    };
    if (is("Suite")) release_.suite = field.value;
    if (is("Codename")) release_.codename = field.value;
    if (is("Origin")) release_.origin = field.value;
    if (is("Label")) release_.label = field.value;
    if (is("Acquire-By-Hash"))
      release_.by_hash = base::equals_ignoring_case(field.value, "yes") ? ByHash::yes : ByHash::no;
    if (is("Date") || is("Valid-Until")) return read_date(field);
    if (is("Components")) return read_names(field, release_.components);
    if (is("Architectures")) {
      auto done = read_names(field, release_.architectures);
      std::erase(release_.architectures, "all");
      std::erase(release_.architectures, "source");
      return done;
    }
    if (is("SHA256")) return read_digests(field.value, kSha256Digits, &ListedIndex::sha256);
    if (is("SHA512")) return read_digests(field.value, kSha512Digits, &ListedIndex::sha512);
    return {};
  }

  base::Result<void> read_date(const deb::Field& field) {
    const auto instant = parse_release_date(field.value);
    if (!instant)
      return base::fail(ErrorKind::invalid, "a time in UTC expected in field " +
                                                std::string(field.name) + ", not '" +
                                                std::string(field.value) + "'");
    if (base::equals_ignoring_case(field.name, "Date")) {
      release_.date = *instant;
      dated_ = true;
    } else {
      release_.valid_until = *instant;
    }
    return {};
  }

  static base::Result<void> read_names(const deb::Field& field, std::vector<std::string>& names) {
    names.clear();
    for (const auto word : base::split_words(field.value)) {
      if (!is_path_name(word) || names.size() == kNamesMax)
        return base::fail(ErrorKind::invalid,
                          "names of directories expected in field " + std::string(field.name));
      if (std::ranges::find(names, word) == names.end()) names.emplace_back(word);
    }
    return {};
  }

  base::Result<void> read_digests(std::string_view value, std::size_t digits,
                                  std::string ListedIndex::* digest) {
    for (const auto line : base::split(value, '\n')) {
      const auto words = base::split_words(line);
      if (words.size() != 3) continue;
      const auto size = base::parse_int(words[1]);
      const auto hex = base::to_lower(words[0]);
      if (!size || *size < 0 || hex.size() != digits || !is_hex(hex)) continue;
      const auto [at, is_new] = release_.indexes.try_emplace(std::string(words[2]));
      auto& index = at->second;
      const auto bytes = static_cast<std::uint64_t>(*size);
      if ((!is_new && index.size != bytes) || (!(index.*digest).empty() && index.*digest != hex))
        return base::fail(ErrorKind::invalid,
                          "the Release lists " + at->first + " twice, and not as the same file");
      index.size = bytes;
      index.*digest = hex;
    }
    return {};
  }

  SignedRelease release_;
  bool dated_ = false;
};

}  // namespace

bool is_path_name(std::string_view name) {
  for (const auto word : base::split(name, '/')) {
    if (word.empty() || word.starts_with('.')) return false;
    for (const char c : word)
      if (!std::isalnum(static_cast<unsigned char>(c)) && !std::string_view("+.~_-").contains(c))
        return false;
  }
  return true;
}

std::optional<base::Instant> parse_release_date(std::string_view text) {
  auto words = base::split_words(text);
  if (words.size() == 6 && words.front().ends_with(',')) words.erase(words.begin());
  if (words.size() != 5) return std::nullopt;
  const auto day = base::parse_int(words[0]);
  const auto month = std::ranges::find(kMonths, words[1]) - kMonths.begin();
  const auto year = base::parse_int(words[2]);
  const auto time = parse_time_of_day(words[3]);
  const auto zone = words[4];
  if (!day || !year || !time || *day < 1 || *day > 31 || *year < 1970 || *year > 9999)
    return std::nullopt;
  if (month == std::ssize(kMonths)) return std::nullopt;
  if (zone != "UTC" && zone != "GMT" && zone != "Z" && zone != "+0000") return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(month) + 1),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return base::Instant(std::chrono::sys_days(date)) + *time;
}

std::string release_date_of(base::Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant - day).count();
  return fmt::format(
      "{}, {:02} {} {} {:02}:{:02}:{:02} UTC", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), seconds / 3600, seconds / 60 % 60, seconds % 60);
}

base::Result<SignedRelease> parse_signed_release(std::string_view text) {
  deb::StanzaReader stanzas(text);
  const auto stanza = stanzas.next();
  if (!stanza || stanzas.next())
    return base::fail(ErrorKind::invalid, "exactly one paragraph expected in a Release file");
  return ReleaseReader().read(*stanza);
}

base::Result<void> check_release(const SignedRelease& release,
                                 const ReleaseExpectation& expectation) {
  const auto& suite = expectation.suite;
  if (release.suite != suite && release.codename != suite)
    return base::fail(ErrorKind::invalid,
                      "the Release of " + suite + " says that it is " +
                          (release.suite.empty() ? release.codename : release.suite));
  const auto made = "the Release of " + suite + ", made " + release_date_of(release.date) + ", ";
  if (release.date > expectation.now + kFutureMax)
    return base::fail(ErrorKind::conflict, made + "is from the future");
  if (expectation.valid_until == ValidUntil::check && release.valid_until &&
      *release.valid_until < expectation.now)
    return base::fail(ErrorKind::conflict,
                      made + "has expired: valid until " + release_date_of(*release.valid_until));
  if (expectation.newest && release.date < *expectation.newest)
    return base::fail(ErrorKind::conflict, made + "is older than the one in use, made " +
                                               release_date_of(*expectation.newest));
  return {};
}

}  // namespace sluice::archive
