// What a mirror serves as a Release, what gpgv says of it, and what is kept of a set: a text that
// is accepted as signed has no second signature, only complete signatures are good, and names lead
// nowhere else.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/clearsigned.h"
#include "archive/gpgv.h"
#include "archive/mirror_sets.h"
#include "archive/release_file.h"
#include "archive/signed_release.h"
#include "base/check.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  using namespace sluice::archive;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);

  const bool formed = check_clearsigned(text).has_value();
  if (formed) {
    base::check(text.find("\n-----BEGIN PGP SIGNATURE-----") ==
                    text.rfind("\n-----BEGIN PGP SIGNATURE-----"),
                "a signed text has one signature");
  }

  const auto release = parse_signed_release(formed ? strip_signature(text) : std::string(text));
  if (release) {
    base::check(!release->suite.empty() || !release->codename.empty(), "a suite has a name");
    base::check(parse_release_date(release_date_of(release->date)) == release->date,
                "a date is read as it is written");
    for (const auto* names : {&release->components, &release->architectures})
      for (const auto& name : *names)
        base::check(is_path_name(name) && !("/" + name + "/").contains("/../"),
                    "names lead nowhere else");
  }

  std::vector<std::string> lines;
  for (const auto line : base::split(text, '\n')) lines.emplace_back(line);
  const auto reports = read_gpgv_status(lines);
  if (judge_signatures(reports))
    base::check(text.contains("[GNUPG:] GOODSIG") && text.contains("[GNUPG:] VALIDSIG"),
                "what is good was said to be good and valid");

  if (const auto set = parse_mirror_set(text))
    base::check(parse_mirror_set(text_of(*set)) == *set, "a set is read as it is written");
  return 0;
}
