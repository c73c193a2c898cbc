// Jobs, attempts and runs as JSON for strangers: of a private run nothing but that it exists.
// Source: testgrid 5.1; autopkgtest 1.2.
#pragma once

#include "adt/job.h"
#include "codec/value.h"
#include "flow/job_desk.h"
#include "store/attempt_rows.h"
#include "store/event_rows.h"
#include "store/run_rows.h"

namespace sluice::web {

codec::Value view_of(const adt::Job& job);
codec::Value view_of(const store::Attempt& attempt);
codec::Value view_of(const store::EventRow& event);
codec::Value view_of(const store::RunRow& run);
codec::Value view_of(const store::Rejected& rejected);
// `running`: how many tests run where it covers.
codec::Value view_of(const grid::Pause& pause, std::size_t running);
codec::Value view_of(const flow::Running& running, const adt::Job& job);
// What its worker told last, without the log; of a private test only that it runs.
codec::Value progress_of(const flow::Running& running, const adt::Job& job);

}  // namespace sluice::web
