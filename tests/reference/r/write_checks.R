# Write reference values in the layout shared by all files of ../expected:
# what the data are, the versions that made the numbers, and one entry a check with its R call.
write_checks <- function(name, source, variables, packages, checks) {
  versions <- lapply(setNames(packages, packages), function(p) as.character(packageVersion(p)))
  content <- list(
    dataset = name, source = source, variables = variables,
    r_version = R.version.string, packages = versions, checks = checks
  )
  text <- jsonlite::toJSON(
    content, digits = I(17), auto_unbox = TRUE, na = "null", pretty = TRUE, always_decimal = FALSE
  )
  writeLines(text, file.path("..", "expected", paste0(name, ".json")))
}

check <- function(call, ...) list(call = call, value = list(...))
