# cmake -D SOURCE=... -D OUTPUT=... -D VERSION=... -P write_version.cmake
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${SOURCE} status --porcelain --untracked-files=no
  OUTPUT_VARIABLE changes RESULT_VARIABLE failed ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
if(changes OR failed)
  set(clean "false")
else()
  set(clean "true")
endif()
set(text "#include \"core/version.h\"

namespace trm {

Version version() { return {\"${VERSION}\", \"${commit}\", ${clean}}; }

}  // namespace trm
")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
