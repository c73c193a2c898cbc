#include "adt/run_uuid.h"

#include <doctest/doctest.h>

namespace sluice::adt {

// autopkgtest 4
TEST_CASE("run uuid: made of the place, the same each time, another for another place") {
  const RunPlace place{"autopkgtest-noble", "noble/amd64/b/bash/20260101_000000_aaaaa@"};
  auto other = place;
  other.directory.back() = 'b';
  // From Python: uuid.UUID(hashlib.sha256(place).hexdigest()[:32]), then version 8 by hand.
  CHECK(run_uuid(place) == "363c4375-8501-8a44-95c7-2e3a030dc55e");
  CHECK(run_uuid(place) == run_uuid(place));
  CHECK(run_uuid(place) != run_uuid(other));
}

}  // namespace sluice::adt
