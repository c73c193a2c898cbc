// GetOnlyHttp: an HttpClient of tests of readers, which send nothing.
#pragma once

#include "sys/http_client.h"

namespace sluice::test {

class GetOnlyHttp : public sys::HttpClient {
 public:
  base::Result<sys::HttpResponse> send(const sys::HttpSend& request) override {
    return base::fail(base::ErrorKind::denied, "nothing is sent here: " + request.url);
  }
};

}  // namespace sluice::test
