// Site: which part of the server answers a path. Source: testgrid 5.1, 5.4; autopkgtest 5.1.
#pragma once

#include <functional>

#include "flow/keeper.h"
#include "sys/http_server.h"
#include "web/api.h"

namespace sluice::web {

// Answers requests below /results; may be empty.
using ResultsDoor = std::function<sys::ServerResponse(const sys::ServerRequest&)>;
// Answers requests below /static by the name of a file; may be empty.
using StaticDoor = std::function<sys::ServerResponse(const std::string& name)>;
// A line for each mirror that the gate reads: what is in use, how old it is, what is wrong. Called
// by any thread; may be empty.
using MirrorLines = std::function<std::vector<std::string>()>;

class Site {
 public:
  Site(flow::Keeper& keeper, RoleOf role_of, ResultsDoor results, StaticDoor statics,
       MirrorLines mirrors)
      : keeper_(keeper),
        api_(keeper, std::move(role_of)),
        results_(std::move(results)),
        static_(std::move(statics)),
        mirrors_(std::move(mirrors)) {}

  // In the server's thread.
  void answer(const sys::ServerRequest& request, sys::HttpServer::Reply reply);

 private:
  flow::Keeper& keeper_;
  Api api_;
  ResultsDoor results_;
  StaticDoor static_;
  MirrorLines mirrors_;
};

}  // namespace sluice::web
