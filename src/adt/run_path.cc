#include "adt/run_path.h"

#include "codec/digest.h"

namespace sluice::adt {

std::string pool_prefix(std::string_view source) {
  return std::string(source.substr(0, source.starts_with("lib") ? 4 : 1));
}

std::string make_run_id(base::Instant end, std::string_view request_key, std::int64_t epoch) {
  const auto digest =
      codec::sha256_hex(std::string(request_key) + " " + std::to_string(epoch)).substr(0, 5);
  return base::compact_time_of(end) + "_" + digest + "@";
}

RunPlace place_of(const RequestMessage& request, const QueueName& queue, std::string_view run_id,
                  RunKind kind) {
  RunPlace place;
  if (request.is_private()) place.container = "private-";
  place.container += "autopkgtest-" + queue.release;
  if (!request.ppas.empty()) {
    auto name = request.ppas.back();
    name.erase(0, name.rfind('@') + 1);  // npos + 1 is 0
    if (const auto colon = name.find(':'); colon != std::string::npos) name.erase(colon);
    if (const auto slash = name.find('/'); slash != std::string::npos) name[slash] = '-';
    place.container += "-" + name;
  }
  if (kind == RunKind::infra) place.container += "-infra";
  place.directory = queue.release + "/" + queue.arch + "/" + pool_prefix(request.package) + "/" +
                    request.package + "/" + std::string(run_id);
  return place;
}

}  // namespace sluice::adt
