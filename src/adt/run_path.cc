#include "adt/run_path.h"

#include "base/text.h"
#include "codec/digest.h"

namespace sluice::adt {
namespace {

// "_a1b2c@": what tells attempts apart that end in the same second.
std::string attempt_suffix(std::string_view request_key, std::int64_t epoch) {
  const auto digest = codec::sha256_hex(std::string(request_key) + " " + std::to_string(epoch));
  return "_" + digest.substr(0, 5) + "@";
}

}  // namespace

std::string pool_prefix(std::string_view source) {
  return std::string(source.substr(0, source.starts_with("lib") ? 4 : 1));
}

std::string make_run_id(base::Instant end, std::string_view request_key, std::int64_t epoch) {
  return base::compact_time_of(end) + attempt_suffix(request_key, epoch);
}

bool is_run_of(std::string_view run_id, std::string_view request_key, std::int64_t epoch) {
  return run_id.ends_with(attempt_suffix(request_key, epoch));
}

std::string container_of(std::string_view release, std::string_view last_ppa) {
  auto container = "autopkgtest-" + std::string(release);
  if (last_ppa.empty()) return container;
  last_ppa.remove_prefix(last_ppa.rfind('@') + 1);  // npos + 1 is 0
  return container + "-" + base::replace_all(last_ppa.substr(0, last_ppa.find(':')), "/", "-");
}

std::string container_to_read(std::string_view release, std::string_view last_ppa) {
  return (last_ppa.contains('@') ? "private-" : "") + container_of(release, last_ppa);
}

RunPlace place_of(const RequestMessage& request, const QueueName& queue, std::string_view run_id,
                  RunKind kind) {
  RunPlace place;
  if (request.is_private()) place.container = "private-";
  place.container += container_of(
      queue.release, request.ppas.empty() ? "" : std::string_view(request.ppas.back()));
  if (kind == RunKind::infra) place.container += "-infra";
  place.directory = queue.release + "/" + queue.arch + "/" + pool_prefix(request.package) + "/" +
                    request.package + "/" + std::string(run_id);
  return place;
}

}  // namespace sluice::adt
