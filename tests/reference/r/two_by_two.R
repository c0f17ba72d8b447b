# Reference values for proportions, 2 x 2 and r x c tables beyond asah.json and bmt.json.
# Run in this folder: Rscript two_by_two.R
source("write_checks.R")
suppressPackageStartupMessages(library(epiR))
checks <- list()

pairs <- list(c(0, 10), c(10, 10), c(27, 41), c(1, 1000), c(500, 1000), c(1, 1))
clopper <- sapply(pairs, function(x) binom.test(x[1], x[2])$conf.int)
wilson <- suppressWarnings(sapply(pairs, function(x) prop.test(x[1], x[2], correct = FALSE)$conf.int))
checks$proportions <- check("binom.test; prop.test(correct=FALSE)",
  n_event = sapply(pairs, `[`, 1), n = sapply(pairs, `[`, 2),
  clopper_lower = clopper[1, ], clopper_upper = clopper[2, ],
  wilson_lower = wilson[1, ], wilson_upper = wilson[2, ])

wanted <- c("se", "sp", "pv.pos", "pv.neg", "diag.ac", "lr.pos", "lr.neg", "diag.or")
tests <- function(tp, fp, fn, tn, level) {
  d <- epi.tests(as.table(matrix(c(tp, fp, fn, tn), 2, byrow = TRUE)), method = "exact",
                 conf.level = level)$detail
  d <- d[match(wanted, d$statistic), ]
  list(tp = tp, fp = fp, fn = fn, tn = tn, level = level, statistic = wanted,
       est = d$est, lower = d$lower, upper = d$upper)
}
checks$diagnostic_large <- list(call = "epiR::epi.tests(method='exact')",
                                value = tests(812, 240, 95, 3011, 0.95))
checks$diagnostic_90 <- list(call = "epiR::epi.tests(method='exact', conf.level=0.9)",
                             value = tests(12, 3, 1, 17, 0.9))

# fisher.test stops its root finder at 1e-4; the same equations solved to 1e-13.
conditional <- function(a, b, c, d) {
  m <- a + c; n <- b + d; k <- a + b; support <- max(0, k - n):min(k, m)
  density <- function(log_or) {
    w <- dhyper(support, m, n, k, log = TRUE) + log_or * support
    w <- exp(w - max(w)); w / sum(w)
  }
  root <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-14)$root)
  at <- support == a
  list(estimate = if (a == min(support)) 0 else if (a == max(support)) "Inf" else
         root(function(l) sum(density(l) * support) - a),
       lower = if (a == min(support)) 0 else
         root(function(l) sum(density(l)[support >= a]) - 0.025),
       upper = if (a == max(support)) "Inf" else
         root(function(l) sum(density(l)[support <= a]) - 0.025),
       p = fisher.test(matrix(c(a, b, c, d), 2))$p.value,
       probability = density(0)[at], cells = c(a, b, c, d))
}
checks$conditional_odds_ratio <- list(call = "equations of fisher.test by uniroot(tol = 1e-14)",
  value = list(conditional(27, 15, 14, 57), conditional(5, 12, 0, 20), conditional(0, 9, 7, 11),
               conditional(0, 5, 0, 7), conditional(120, 380, 44, 556)))

tables <- list(
  matrix(c(6, 3, 4, 5, 5, 4, 3, 2, 11, 2, 5, 3), 3),
  matrix(c(9, 3, 0, 2, 12, 1, 7, 7, 7, 0, 5, 30), 4),
  matrix(c(3, 0, 1, 0, 2, 2, 4, 0, 0, 0, 5, 1, 1, 1, 1, 0), 4),
  matrix(c(40, 2, 1, 3, 25, 30, 2, 10, 60), 3),
  matrix(c(5, 0, 3, 0, 2, 9), 2, byrow = TRUE),
  matrix(c(0, 0, 4, 6), 2)
)
checks$fisher_tables <- list(call = "fisher.test(workspace=2e8)", value = lapply(tables, function(x)
  list(table = x, p = if (sum(rowSums(x) > 0) < 2 || sum(colSums(x) > 0) < 2) 1 else
    fisher.test(x[rowSums(x) > 0, colSums(x) > 0], workspace = 2e8)$p.value)))
checks$chi_square <- list(call = "chisq.test, 2 x 2 also with correct=TRUE",
  value = lapply(list(matrix(c(23, 48, 19, 23), 2), tables[[2]], matrix(c(10, 10, 10, 10), 2)),
    function(x) { t <- suppressWarnings(chisq.test(x, correct = FALSE))
      u <- suppressWarnings(chisq.test(x, correct = TRUE))
      list(table = x, stat = unname(t$statistic), df = unname(t$parameter), p = t$p.value,
           corrected = unname(u$statistic), p_corrected = u$p.value) }))

write_checks("two_by_two", "counts in each check", "see each call", "epiR", checks)
