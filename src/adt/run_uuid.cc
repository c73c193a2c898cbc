#include "adt/run_uuid.h"

#include <cstddef>

#include "codec/digest.h"

namespace sluice::adt {
namespace {

std::string uuid_of(const std::string& text) {
  auto digits = codec::sha256_hex(text).substr(0, 32);
  digits[12] = '8';  // the version
  // The variant: two bits are given, and two of the digit stay.
  const auto value = digits[16] <= '9' ? digits[16] - '0' : digits[16] - 'a' + 10;
  digits[16] = "89ab"[value % 4];
  for (const auto at : {20, 16, 12, 8}) digits.insert(static_cast<std::size_t>(at), "-");
  return digits;
}

}  // namespace

std::string run_uuid(const RunPlace& place) {
  return uuid_of(place.container + "/" + place.directory);
}

std::string lease_uuid(const RequestMessage& request, const QueueName& queue, LeaseNumber lease) {
  if (!request.uuid.empty()) return request.uuid;
  // With its time: where a state was lost jobs are counted anew.
  return uuid_of(request_key(request, queue) + " " + request.submit_time + " " +
                 std::to_string(lease.job) + "/" + std::to_string(lease.epoch));
}

}  // namespace sluice::adt
