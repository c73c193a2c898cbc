// Any bytes as each file of the policies' state: what is read can be written and read again, and a
// file never costs more messages than it has records. Source: migration 2.5, 2.6, 8.4.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "britney/bugs.h"
#include "britney/dates.h"
#include "britney/launchpad_files.h"
#include "britney/noninst.h"
#include "britney/piuparts.h"
#include "britney/signers.h"
#include "britney/static_input.h"

namespace {

using namespace sluice;
using namespace sluice::britney;

constexpr std::int64_t kNow = 1'700'864'000;

void dates_survive(std::string_view text, const Calendar& calendar) {
  const auto now = base::instant_of_seconds(kNow);
  const auto first = dates_text(parse_dates(text, "F", now, calendar).value, {}, calendar);
  const auto again = parse_dates(first, "F", now, calendar);
  base::check(again.messages.empty(), "what we write we can read");
  base::check(dates_text(again.value, {}, calendar) == first, "dates do not change by being kept");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  dates_survive(text, {DateUnit::seconds, 19});
  migrate::AgeSettings settings;
  settings.days_of_urgency = {{"low", 10}, {"high", 2}};
  settings.default_urgency = "low";
  (void)parse_urgencies(text, settings, [](std::string_view) { return SuiteVersions{"1", "3"}; });
  base::check(parse_bugs(text, "F").messages.size() <= kNotesShown + 1, "few notes are shown");
  (void)parse_launchpad_bugs(text, "F");
  (void)parse_piuparts(text, "F");
  (void)parse_signers(text, "F");
  const auto ppas = parse_source_ppas(text, "F").value;
  base::check(parse_source_ppas(source_ppas_text(ppas), "F").value == ppas,
              "archives do not change by being kept");
  base::check(parse_noninst(text, {"amd64"}).size() == 2, "two lists for an architecture");
  (void)parse_faux_packages(text, "F");
  for (const auto& package : parse_constraints(text, "F", {"amd64", "arm64"}).value.packages)
    base::check(!package.name.empty(), "a constraint has a name");
  return 0;
}
