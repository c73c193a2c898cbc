// The answer to GET or HEAD of one object: conditions and ranges. Source: autopkgtest 3.
#pragma once

#include <cstdint>
#include <string>

#include "results/result_store.h"
#include "sys/http_server.h"

namespace sluice::web {

// 200, 206 for one range, 304, 412 or 416. Several ranges are answered with the whole.
sys::ServerResponse answer_object(results::Object object, const sys::ServerRequest& request);

// "Fri, 02 Jan 2026 03:04:05 GMT".

}  // namespace sluice::web
