#include "adt/run_uuid.h"

#include <cstddef>

#include "codec/digest.h"

namespace sluice::adt {

std::string run_uuid(const RunPlace& place) {
  auto digits = codec::sha256_hex(place.container + "/" + place.directory).substr(0, 32);
  digits[12] = '8';  // the version
  // The variant: two bits are given, and two of the digit stay.
  const auto value = digits[16] <= '9' ? digits[16] - '0' : digits[16] - 'a' + 10;
  digits[16] = "89ab"[value % 4];
  for (const auto at : {20, 16, 12, 8}) digits.insert(static_cast<std::size_t>(at), "-");
  return digits;
}

}  // namespace sluice::adt
