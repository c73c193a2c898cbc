// WorkerScene: a worker with every door a fake, and a tool whose runs pass until told otherwise.
#pragma once

#include <string>
#include <utility>

#include "support/given_gauge.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/memory_result_store.h"
#include "support/memory_test_queue.h"
#include "support/patient_waiter.h"
#include "support/played_process_groups.h"
#include "support/recording_log.h"
#include "worker/doors.h"

namespace sluice::test {

class ToldSignals final : public sys::Signals {
 public:
  sys::SignalCounts seen() override { return counts; }
  sys::SignalCounts counts;
};

class KnownPpaKeys final : public worker::PpaKeys {
 public:
  base::Result<std::string> key_of(const worker::Ppa&) override { return key; }
  base::Result<std::string> key = "KEY";
};

struct WorkerScene {
  WorkerScene() {
    settings.config.releases = {"noble"};
    settings.config.args = "schroot $RELEASE";
    settings.tool = {false, false, true, true, true, "--test-name"};
    settings.work_directory = "/work-dir";
    settings.host = "host";
    request.package = "gzip";
    request.triggers = {"glibc/2.36-9"};
    groups.leaves = {{"log", "autopkgtest [10:00:00]: starting\n"},
                     {"summary", "smoke                PASS\n"},
                     {"testbed-packages", "libc6\t2.36-9\n"},
                     {"testpkg-version", "gzip 1.12-1\n"}};
  }

  void fail_with(int exit_code, const std::string& summary) {
    groups.leaves["summary"] = summary;
    groups.end = sys::GroupEnd{exit_code, sys::GroupEnding::by_itself};
  }

  // Asks the grid for the test that the worker shall run.
  void ask_for_test() { grid.add({"", "noble", "amd64"}, request); }
  // The slot's lease of it.
  queue::Lease lease() {
    ask_for_test();
    return queue.lease({slot.name, {{"", "noble", "amd64"}}, {}}).value().value();
  }
  // The lease runs out, and another worker's test begins.
  void give_to_another() {
    grid.expire_leases();
    MemoryTestQueue other(grid);
    const auto theirs = other.lease({"other-1", {{"", "noble", "amd64"}}, {}}).value().value();
    queue::Progress progress;
    progress.phase = queue::Phase::running;
    (void)other.heartbeat(theirs, progress).value();
  }

  worker::Doors doors() {
    return {files, clock, waiter, signals, groups, gauge, queue, store, keys, log};
  }

  MemoryFileSystem files;
  ManualClock clock{base::instant_of_seconds(1'767'323'045)};  // 2026-01-02 03:04:05
  PatientWaiter waiter;
  ToldSignals signals;
  PlayedProcessGroups groups{files, clock};
  GivenGauge gauge;
  MemoryGrid grid{clock, MemoryGrid::Waits::not_at_all};
  MemoryTestQueue queue{grid};
  MemoryResultStore store;
  KnownPpaKeys keys;
  RecordingLog log;
  worker::Settings settings;
  worker::Slot slot{"host-1", "amd64", ""};
  adt::RequestMessage request;
};

}  // namespace sluice::test
