# Observed over expected events of centres that differ: binomial events, log ratios normal between
# the centres. Run in this folder: Rscript between_centres.R
source("write_checks.R")

# A risk bends below 1 over a width of .01 of its logarithm, as in the code that this checks.
log_risk <- function(eta) {
  x <- pmin(eta / .01, 30)
  -.01 * (pmax(-x, 0) + log1p(exp(-abs(x))))
}

pooled <- function(y, n, e) {
  at <- function(p) sum(sapply(seq_along(y), function(i) {
    top <- y[i] * log(max(y[i], .5) / n[i]) + (n[i] - y[i]) * log(max(n[i] - y[i], .5) / n[i])
    density <- function(z) {
      r <- log_risk(log(e[i] / n[i]) + p[1] + p[2] * z)
      exp(y[i] * r + (n[i] - y[i]) * log(-expm1(r)) - top) * dnorm(z)
    }
    top + log(integrate(density, -8, 8, rel.tol = 1e-12, subdivisions = 5000)$value)
  }))
  found <- optim(c(0, .4), function(p) -at(p), method = "BFGS", control = list(reltol = 1e-15))
  hessian <- optimHess(found$par, function(p) -at(p), control = list(ndeps = c(1e-4, 1e-4)))
  check("optim of the sum over centres of log(integrate(dbinom * dnorm))",
        events = y, n = n, expected = e, estimate = found$par[1], tau = abs(found$par[2]),
        se = sqrt(solve(hessian)[1, 1]), loglik = -found$value)
}

write_checks("between_centres", "made up", "events, patients and expected events by centre",
  c("stats", "jsonlite"), list(
  oe_with_an_empty_centre = pooled(
    c(0, 9, 3, 14, 2, 6), c(20, 30, 25, 31, 22, 28), c(5.1, 6, 5.2, 6.6, 4.7, 5.9)),
  oe_where_everybody_had_it = pooled(
    c(4, 9, 3, 14, 2, 6, 0), c(4, 12, 8, 21, 5, 9, 6), c(2.1, 6, 4.2, 10.6, 2.7, 4.9, 3.1))
))
